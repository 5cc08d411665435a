package io.millrace.registry.blob;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/** A bucket and how to reach it. Credentials come from where the AWS SDK looks for them. */
@ConfigMapping(prefix = "millrace.registry.artifact.s3")
interface S3Config {

    Optional<String> bucket();

    /** What all keys begin with, such as {@code millrace/}. */
    Optional<String> prefix();

    /** For stores other than Amazon's. */
    Optional<URI> endpoint();

    @WithDefault("us-east-1")
    String region();

    /** Whether the bucket is part of the path and not of the host name, as many other stores want it. */
    @WithDefault("false")
    boolean pathStyle();
}
