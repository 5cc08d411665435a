package io.millrace.pipeline.collection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "millrace.pipeline.collection")
interface CollectionConfig {

    /** How often this replica looks for step files that nobody needs; {@code off} for never. */
    @WithDefault("24h")
    String every();

    /**
     * How long a file is kept that nothing names: a step names its files when it ends, so this must be longer than any run may
     * take. At least a day.
     */
    @WithDefault("P7D")
    Duration keep();

    /** How long the output of a step is kept for later runs to take over. */
    @WithDefault("P30D")
    Duration cache();
}
