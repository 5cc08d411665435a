package io.millrace.serving.predictionlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.serving.model.RecordedRows;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.quarkus.runtime.configuration.PathConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** The log while the database is away. */
class PredictionLogTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    Path folder;

    private PredictionLogService log(long bytes) {
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
        PGSimpleDataSource nobody = new PGSimpleDataSource();
        nobody.setUrl("jdbc:postgresql://127.0.0.1:1/none?loginTimeout=1");
        PredictionLogService log = new PredictionLogService(
                new PredictionStore(nobody),
                new MinuteProfiles(meters),
                new RecordedRows(),
                config,
                new ObjectMapper(),
                meters);
        log.start(new StartupEvent());
        return log;
    }

    private static PredictionEntry entry(Map<String, ?> inputs) {
        return new PredictionEntry(
                UUID.randomUUID(),
                "e",
                "a",
                "primary",
                "m",
                1,
                Instant.EPOCH,
                Instant.EPOCH,
                "r",
                null,
                RowValues.of(inputs),
                Set.of(),
                1,
                0.5,
                "yes",
                null,
                null,
                null,
                10);
    }

    private List<String> onDisk() throws IOException, InterruptedException {
        return KilledSpool.lines(folder.resolve("prediction-log"));
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

        Set<String> rows = new HashSet<>();
        for (String line : onDisk()) {
            rows.add(line.replaceAll(".*(<\\d+/\\d+>).*", "$1"));
        }
        assertThat(rows).hasSize(4000);
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

        assertThat(onDisk()).hasSize(2).anyMatch(line -> line.contains("{\"row\":3}"));
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

        List<String> lines = onDisk();
        assertThat(lines).hasSize(20_000);
        for (int i = 0; i < lines.size(); i += 999) {
            assertThat(lines.get(i)).contains("\"row\":" + i);
        }
        log.stop(new ShutdownEvent());
    }

    @Test
    void takesPastADiskThatRefusesWhatItWouldHaveSpooled() throws Exception {
        PredictionLogService log = log(64 << 20);
        Path spool = folder.resolve("prediction-log");
        try (Stream<Path> files = Files.list(spool)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(spool);

        // More than a file that may be there already has room for.
        log.add(List.of(entry(Map.of("text", "x".repeat(5 << 20)))));

        assertThat(meters.get("millrace.serving.log.dropped").counter().count()).isZero();
        log.stop(new ShutdownEvent());
    }
}
