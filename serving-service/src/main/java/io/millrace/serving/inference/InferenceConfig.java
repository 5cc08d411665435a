package io.millrace.serving.inference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Limits of a prediction request. */
@ConfigMapping(prefix = "millrace.serving")
interface InferenceConfig {

    /** Rows of one request. */
    @WithName("max-rows")
    @WithDefault("1000")
    @Min(1)
    @Max(100_000)
    int maxRows();

    /** How far ahead of the clock an event time may be: a wrong one would close drift windows early. */
    @WithName("max-ahead")
    @WithDefault("P1D")
    Duration maxAhead();

    /** Threads that answer for shadow arms. */
    @WithName("shadow.threads")
    @WithDefault("1")
    @Min(1)
    @Max(64)
    int shadowThreads();

    /** Threads for calls of arms that have a time-out; a call that finds none free counts as busy. */
    @WithName("timed.threads")
    @WithDefault("64")
    @Min(1)
    @Max(1000)
    int timedThreads();

    /** Requests that may wait for a shadow; past it they are dropped and counted. */
    @WithName("shadow.queue")
    @WithDefault("1000")
    @Min(1)
    @Max(1_000_000)
    int shadowQueue();
}
