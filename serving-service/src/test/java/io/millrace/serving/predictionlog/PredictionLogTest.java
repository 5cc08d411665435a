package io.millrace.serving.predictionlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.serving.model.RecordedRows;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.quarkus.runtime.configuration.PathConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The log before its writer runs, as while the database is away: nothing leaves the queue. */
class PredictionLogTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private PredictionLogService log(int queue, long bytes) {
        PredictionLogConfig config = new SmallRyeConfigBuilder()
                .withMapping(PredictionLogConfig.class)
                .withConverter(MemorySize.class, 100, new MemorySizeConverter())
                .withConverter(Path.class, 100, new PathConverter())
                .withConverter(Duration.class, 100, new DurationConverter())
                .withDefaultValue("millrace.serving.log.data-dir", "unused")
                .withDefaultValue("millrace.serving.log.queue", Integer.toString(queue))
                .withDefaultValue("millrace.serving.log.queue-memory", Long.toString(bytes))
                .build()
                .getConfigMapping(PredictionLogConfig.class);
        return new PredictionLogService(
                new PredictionStore(new PGSimpleDataSource()),
                new MinuteProfiles(meters),
                new RecordedRows(),
                config,
                new ObjectMapper(),
                meters);
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

    @Test
    void dropsAndCountsWhatFindsTheQueueFull() {
        PredictionLogService log = log(5, 1 << 20);

        for (int i = 0; i < 12; i++) {
            log.add(entry(Map.of()));
        }

        assertThat(meters.get("millrace.serving.log.queue").gauge().value()).isEqualTo(5);
        assertThat(meters.get("millrace.serving.log.dropped").counter().count()).isEqualTo(7);
    }

    @Test
    void holdsNoMoreMemoryThanAllowedHoweverLargeTheRows() {
        PredictionLogService log = log(1000, 100_000);

        for (int i = 0; i < 10; i++) {
            log.add(entry(Map.of("text", "x".repeat(30_000))));
        }

        assertThat(meters.get("millrace.serving.log.queue").gauge().value()).isEqualTo(3);
        assertThat(meters.get("millrace.serving.log.dropped").counter().count()).isEqualTo(7);
    }
}
