package io.millrace.registry.blob;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "millrace.registry.artifact")
interface BlobConfig {

    /** Where content is kept. */
    enum Kind {
        LOCAL,
        S3
    }

    /** {@code local} keeps content below {@code millrace.data-dir}, {@code s3} in a bucket. */
    @WithDefault("local")
    Kind store();

    /** Content that nobody refers to is kept for this long after it was last sent; longer than any upload takes. */
    @WithDefault("24h")
    Duration garbageGrace();

    /** How often garbage is collected. */
    @WithDefault("6h")
    Duration garbageEvery();

    /** An upload in parts that is not complete by then is forgotten. */
    @WithDefault("7d")
    Duration uploadExpiry();
}
