package io.millrace.serving.predictionlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.serving.model.RecordedRows;
import io.millrace.serving.predictionlog.minute.MinuteProfiles;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.quarkus.runtime.configuration.PathConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The log while the database is away. */
class PredictionLogTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    Path folder;

    private PredictionLogService log(long bytes) {
        PGSimpleDataSource nobody = new PGSimpleDataSource();
        nobody.setUrl("jdbc:postgresql://127.0.0.1:1/none?loginTimeout=1");
        return log(bytes, nobody);
    }

    private PredictionLogService log(long bytes, DataSource database) {
        PredictionLogConfig config = new SmallRyeConfigBuilder()
                .withMapping(PredictionLogConfig.class)
                .withConverter(MemorySize.class, 100, new MemorySizeConverter())
                .withConverter(Path.class, 100, new PathConverter())
                .withConverter(Duration.class, 100, new DurationConverter())
                .withDefaultValue("millrace.serving.log.data-dir", folder.toString())
                .withDefaultValue("millrace.serving.log.spool", Long.toString(bytes))
                .withDefaultValue("millrace.serving.log.stop", "PT0.1S")
                .build()
                .getConfigMapping(PredictionLogConfig.class);
        PredictionLogService log = new PredictionLogService(
                new PredictionStore(database),
                new MinuteProfiles(meters),
                new RecordedRows(),
                config,
                new ObjectMapper(),
                meters);
        log.start(new StartupEvent());
        return log;
    }

    private static PredictionEntry entry(Map<String, ?> inputs) {
        return TestEntry.of(inputs).get();
    }

    /** The inputs of the rows that are there. */
    private List<String> onDisk() throws IOException, InterruptedException {
        return KilledSpool.rows(folder.resolve("prediction-log")).stream()
                .map(row -> String.valueOf(row.text("inputs")))
                .toList();
    }

    @Test
    void liesOnDiskWhenTheCallReturns() throws Exception {
        PredictionLogService log = log(1 << 20);

        for (int i = 0; i < 20; i++) {
            log.add(List.of(entry(Map.of("row", i)), entry(Map.of("row", -i))));
            assertThat(onDisk()).hasSize(2 * (i + 1));
        }

        assertThat(meters.get("millrace.serving.log.dropped").counter().count()).isZero();
        log.stop(new ShutdownEvent());
        assertThat(onDisk()).as("after a stop without a database").hasSize(40);
    }

    /** A database that fails each time. */
    private DataSource failing(Exception failure, AtomicInteger asked) {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    asked.incrementAndGet();
                    throw failure;
                });
    }

    static Stream<Exception> whatMayPass() {
        return Stream.of(
                new SQLException("cannot execute COPY in a read-only transaction", "25006"),
                new SQLException("column \"inputs\" does not exist", "42703"),
                new SQLException("Interrupted while waiting for a connection"),
                new IllegalStateException("Interrupted while attempting to connect."));
    }

    @Timeout(60)
    @ParameterizedTest
    @MethodSource("whatMayPass")
    void keepsRowsThatTheDatabaseDidNotLookAt(Exception failure) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        PredictionLogService log = log(1 << 20, failing(failure, asked));

        log.add(List.of(entry(Map.of("row", 1)), entry(Map.of("row", 2))));

        while (asked.get() < 2) {
            Thread.sleep(5);
        }
        log.stop(new ShutdownEvent());
        assertThat(onDisk()).hasSize(2);
        assertThat(meters.get("millrace.serving.log.rejected").counter().count())
                .isZero();
    }

    @Timeout(60)
    @ParameterizedTest
    @ValueSource(strings = {"22P02", "23514", "54000"})
    void countsRowsThatTheDatabaseRefuses(String state) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        PredictionLogService log = log(1 << 20, failing(new SQLException("refused", state), asked));

        log.add(List.of(entry(Map.of("row", 1)), entry(Map.of("row", 2))));

        while (meters.get("millrace.serving.log.rejected").counter().count() < 2) {
            Thread.sleep(5);
        }
        log.stop(new ShutdownEvent());
        assertThat(onDisk()).isEmpty();
    }

    @Test
    void losesAndMixesUpNothingWhenManyThreadsLog() throws Exception {
        PredictionLogService log = log(16 << 20);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int thread = t;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 500; i++) {
                        log.add(List.of(entry(Map.of("row", "<" + thread + "/" + i + ">"))));
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(new HashSet<>(onDisk())).hasSize(4000);
        log.stop(new ShutdownEvent());
    }

    @Test
    void dropsAndCountsWhatFindsTheSpoolFull() throws Exception {
        PredictionLogService log = log(100_000);

        for (int i = 0; i < 10; i++) {
            log.add(List.of(entry(Map.of("text", "x".repeat(30_000)))));
        }

        assertThat(onDisk()).hasSize(3);
        assertThat(meters.get("millrace.serving.log.dropped").counter().count()).isEqualTo(7);
        log.stop(new ShutdownEvent());
    }

    @Test
    void dropsOnlyTheRowThatCannotBeWritten() throws Exception {
        PredictionLogService log = log(1 << 20);

        log.add(List.of(
                entry(Map.of("row", 1)), entry(Map.of("row", new Object(), "secret", "x")), entry(Map.of("row", 3))));

        assertThat(onDisk()).hasSize(2).anyMatch("{\"row\":3}"::equals);
        assertThat(meters.get("millrace.serving.log.dropped").counter().count()).isEqualTo(1);
        log.stop(new ShutdownEvent());
    }

    @Test
    void appendsALargeRequestInTurns() throws Exception {
        PredictionLogService log = log(64 << 20);
        List<PredictionEntry> rows = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            rows.add(entry(Map.of("row", (long) i, "text", "x".repeat(400))));
        }

        log.add(rows);

        List<String> stored = onDisk();
        assertThat(stored).hasSize(20_000);
        for (int i = 0; i < stored.size(); i += 999) {
            assertThat(stored.get(i)).contains("\"row\":" + i);
        }
        log.stop(new ShutdownEvent());
    }

    @Test
    void takesPastADiskThatRefusesWhatItWouldHaveSpooled() throws Exception {
        PredictionLogService log = log(64 << 20);
        remove(folder.resolve("prediction-log"));

        // More than a file that may be there already has room for.
        log.add(List.of(entry(Map.of("text", "x".repeat(5 << 20)))));

        assertThat(meters.get("millrace.serving.log.dropped").counter().count()).isZero();
        log.stop(new ShutdownEvent());
    }

    /** Again and again while the log makes files in it. */
    private static void remove(Path spool) throws IOException {
        while (Files.exists(spool)) {
            try (Stream<Path> files = Files.list(spool)) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            try {
                Files.delete(spool);
            } catch (DirectoryNotEmptyException e) {
                continue;
            }
        }
    }
}
