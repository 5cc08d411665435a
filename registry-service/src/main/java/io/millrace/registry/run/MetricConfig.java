package io.millrace.registry.run;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

@ConfigMapping(prefix = "millrace.registry.metrics")
interface MetricConfig {

    /** Threads that write metrics, each with a connection of its own: one waits for the disk while another one computes. */
    @WithDefault("2")
    @Min(1)
    @Max(16)
    int writers();
}
