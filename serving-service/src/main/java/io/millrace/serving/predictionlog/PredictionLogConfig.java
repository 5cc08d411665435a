package io.millrace.serving.predictionlog;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;

/** The prediction log. */
@ConfigMapping(prefix = "millrace.serving.log")
interface PredictionLogConfig {

    /** This service's own folder; entries on their way to the database are kept under {@code prediction-log} in it. */
    @WithDefault("${millrace.data-dir:.millrace/serving}")
    Path dataDir();

    /** Bytes of entries that may wait on disk while the database is away; past it new ones are dropped. */
    @WithDefault("512M")
    MemorySize spool();

    /** Entries of one COPY. */
    @WithDefault("1000")
    @Min(1)
    @Max(10_000)
    int batch();

    /** How long an entry waits for others at most. */
    @WithDefault("200ms")
    Duration flush();

    /** Longest pause between tries while the database is away. */
    @WithDefault("5s")
    Duration retryMax();

    /** How long stopping waits for entries to be stored; what is not then is stored after the next start. */
    @WithDefault("10s")
    Duration stop();

    /** Days that predictions are kept, by the day of receipt in UTC; 0 keeps them for ever. */
    @WithDefault("90")
    @Min(0)
    @Max(36_500)
    int keepDays();
}
