package io.millrace.serving.predictionlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.serving.predictionlog.spool.Records;
import io.millrace.serving.predictionlog.spool.Spool;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

@QuarkusTest
class LogOutageIT extends Serving {

    @Inject
    PredictionStore store;

    @Inject
    PredictionLogConfig config;

    @TempDir
    Path folder;

    @Test
    void answersWithoutTheDatabaseAndLogsEveryRowOnceItIsBack() throws Exception {
        serve("outage", Models.FIRST);
        Set<String> ids = new HashSet<>();
        postgres.execute("alter role millrace_serving nologin");
        try {
            postgres.dropConnections();
            for (int i = 0; i < 50; i++) {
                ids.add(predict("outage").then().statusCode(200).extract().path("predictions[0].predictionId"));
            }
            await(() -> spooled("outage") == 50);
        } finally {
            postgres.execute("alter role millrace_serving login");
        }

        await(() -> logged("endpoint = 'outage'") == 50);
        assertThat(ids).hasSize(50);
        for (String id : ids) {
            assertThat(logged("id = '" + id + "'")).isEqualTo(1);
        }
    }

    private long spooled(String endpoint) {
        try {
            return KilledSpool.rows(config.dataDir().resolve("prediction-log")).stream()
                    .filter(row -> endpoint.equals(row.text("endpoint")))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static PredictionEntry entry(String endpoint, int number) {
        return TestEntry.of(Map.of("text", "naïve\t\0\n", "list", List.of("a\0", "\\u0000")))
                .id(new UUID(0x0123_4567_89ab_7000L, ((long) endpoint.hashCode() << 32) + number))
                .endpoint(endpoint)
                .get();
    }

    @Test
    void storesWhatAKilledProcessLeftExactlyOnce() throws Exception {
        EntryWriter writer = new EntryWriter(new ObjectMapper());
        CopyRow row = new CopyRow();
        Spool killed = new Spool(folder, 1 << 24, 1 << 12);
        for (int i = 0; i < 1500; i++) {
            writer.add(entry("replayed", i));
            if (i % 10 == 9) {
                killed.append(writer.records());
                writer.records().clear();
            }
        }
        // A batch was stored, but its process was killed before it took the records off the spool.
        store.copy(killed.peek(700, 0).stream().map(row::of).toList());

        try (Spool found = new Spool(folder, 1 << 24, 1 << 12)) {
            while (found.unread() > 0) {
                List<byte[]> batch = found.peek(400, 0);
                store.copy(batch.stream().map(row::of).toList());
                found.take(batch.size());
            }
        }

        assertThat(postgres.single("select count(*) || ' ' || count(distinct id) from serving.prediction"
                        + " where endpoint = 'replayed'"))
                .isEqualTo("1500 1500");
        // As jsonb, which is stricter.
        assertThat(postgres.single(
                        "select count(distinct inputs) from serving.prediction_v1 where endpoint = 'replayed'"))
                .isEqualTo("1");
    }

    @Test
    void storesWhatTheDiskRefusedAndTheOthersOfABatchWithARecordThatNobodyCanRead() throws Exception {
        EntryWriter writer = new EntryWriter(new ObjectMapper());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Path gone = folder.resolve("gone");
        Spool spool = new Spool(gone, 1 << 24, 1 << 12);
        SpoolSender sender = new SpoolSender(spool, store, config, meters.counter("dropped"), meters);
        Files.delete(gone);
        writer.add(entry("refused", 1));
        assertThatThrownBy(() -> spool.append(writer.records())).isInstanceOf(IOException.class);
        assertThat(sender.pass(writer.records())).isEqualTo(1);

        sender.start();
        await(() -> logged("endpoint = 'refused'") == 1);
        Files.createDirectory(gone);
        writer.records().begin().small(EntryWriter.FORMAT);
        writer.records().end();
        writer.add(entry("refused", 2));
        await(() -> appended(spool, writer.records()));

        await(() -> logged("endpoint = 'refused'") == 2);
        sender.stop();
        spool.close();
        assertThat(meters.get("millrace.serving.log.rejected").counter().count())
                .isEqualTo(1);
        assertThat(meters.get("millrace.serving.log.stored").counter().count()).isEqualTo(3);
    }

    @Test
    void countsWhatNeitherDiskNorDatabaseTakes() throws Exception {
        EntryWriter writer = new EntryWriter(new ObjectMapper());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Counter dropped = meters.counter("dropped");
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setPortNumbers(new int[] {1});
        try (Spool spool = new Spool(folder.resolve("unused"), 1 << 24, 1 << 12)) {
            SpoolSender sender = new SpoolSender(spool, new PredictionStore(nowhere), config, dropped, meters);
            writer.add(entry("lost", 1));
            writer.add(entry("lost", 2));
            assertThat(sender.pass(writer.records())).isEqualTo(2);

            sender.start();

            await(() -> dropped.count() == 2);
            sender.stop();
        }
    }

    private static boolean appended(Spool spool, Records records) {
        try {
            return spool.append(records) == 3;
        } catch (IOException e) {
            return false;
        }
    }
}
