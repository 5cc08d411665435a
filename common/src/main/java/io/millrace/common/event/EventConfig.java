package io.millrace.common.event;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

@ConfigMapping(prefix = "millrace.event")
interface EventConfig {

    /** How often an event that a consumer cannot handle is tried before it is set aside. An outage does not count. */
    @WithDefault("10")
    @Min(1)
    @Max(1000)
    int attempts();

    /** Pause after the first failed attempt; it doubles with each. */
    @WithDefault("PT1S")
    Duration firstPause();

    /** The pause grows no further than this. */
    @WithDefault("PT5M")
    Duration longestPause();

    /** Pause after {@code attempts} failed ones. */
    default Duration pause(int attempts) {
        Duration pause = firstPause();
        for (int i = 1; i < attempts && pause.compareTo(longestPause()) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause()) < 0 ? pause : longestPause();
    }
}
