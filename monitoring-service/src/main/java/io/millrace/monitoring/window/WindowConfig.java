package io.millrace.monitoring.window;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "millrace.monitoring.window")
interface WindowConfig {

    /** How often due windows are looked for. */
    @WithDefault("2s")
    String every();

    /** How long a prediction must have been stored before it may move the watermark; covers batches under way. */
    @WithDefault("PT2S")
    Duration settle();
}
