package io.millrace.serving.predictionlog;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** The prediction log. */
@ConfigMapping(prefix = "millrace.serving.log")
interface PredictionLogConfig {

    /** Entries that may wait to be stored; past it new ones are dropped. */
    @WithDefault("50000")
    @Min(1)
    @Max(10_000_000)
    int queue();

    /** Memory that waiting entries may hold; past it new ones are dropped. */
    @WithDefault("64M")
    MemorySize queueMemory();

    /** Entries of one statement. */
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

    /** How long stopping waits for the queue to be stored. */
    @WithDefault("10s")
    Duration stop();
}
