package io.millrace.serving.predictionlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
            await(() -> spooledLines("outage") == 50);
        } finally {
            postgres.execute("alter role millrace_serving login");
        }

        await(() -> logged("endpoint = 'outage'") == 50);
        assertThat(ids).hasSize(50);
        for (String id : ids) {
            assertThat(logged("id = '" + id + "'")).isEqualTo(1);
        }
    }

    /** What another process would find if this one were killed now. */
    private long spooledLines(String endpoint) {
        try {
            Path spool = config.dataDir().resolve("prediction-log");
            long lines = 0;
            try (var files = java.nio.file.Files.list(spool)) {
                for (Path file : files.toList()) {
                    lines += new String(java.nio.file.Files.readAllBytes(file), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> line.contains("\t" + endpoint + "\t"))
                            .count();
                }
            }
            return lines;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] line(UUID id) {
        return (id
                        + "\treplayed\ta\tprimary\tm\t1\t2026-01-01T00:00:00Z\t2026-01-01T00:00:00Z\tr\t\\N\t{}\t0.5\t\\N\t\\N"
                        + "\t10\trequest:r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void storesWhatAKilledProcessLeftExactlyOnce() throws Exception {
        List<byte[]> lines = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            lines.add(line(new UUID(0x0123_4567_89ab_7000L, i)));
        }
        Spool killed = new Spool(folder, 1 << 24, 1 << 12);
        for (int i = 0; i < 1500; i += 10) {
            killed.append(lines.subList(i, i + 10));
        }
        // A batch was stored, but its process was killed before it took the records off the spool.
        store.copy(lines.subList(0, 700));

        try (Spool found = new Spool(folder, 1 << 24, 1 << 12)) {
            while (found.unread() > 0) {
                List<byte[]> batch = found.peek(400, 0);
                store.copy(batch);
                found.take(batch.size());
            }
        }

        assertThat(postgres.single("select count(*) || ' ' || count(distinct id) from serving.prediction"
                        + " where endpoint = 'replayed'"))
                .isEqualTo("1500 1500");
    }
}
