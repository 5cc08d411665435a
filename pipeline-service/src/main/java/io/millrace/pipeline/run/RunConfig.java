package io.millrace.pipeline.run;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "millrace.pipeline.run")
interface RunConfig {

    /** How long a run waits after its worker died before another takes it over. */
    @WithDefault("PT30S")
    Duration lease();

    /** How often a lease is extended; a third of the lease or less, so that one lost beat does not lose the run. */
    @WithDefault("3s")
    String heartbeatEvery();

    /** How often a free worker looks for a run. */
    @WithDefault("1s")
    String every();

    /** Runs carried out at the same time by this replica. */
    @WithDefault("1")
    int workers();

    /** A run whose worker was lost this often fails: it may be what kills them. */
    @WithDefault("5")
    int maxTakeovers();
}
