package io.millrace.common.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

@ConfigMapping(prefix = "millrace.http")
interface HttpConfig {

    /** Largest body of a request; {@code quarkus.http.limits.max-body-size} must not be smaller. */
    @WithDefault("10M")
    MemorySize maxBodySize();

    /** Largest body under the streamed paths. */
    @WithDefault("${quarkus.http.limits.max-body-size:10M}")
    MemorySize maxStreamedSize();

    /** Path prefixes that take streamed files. */
    Optional<List<String>> streamedPaths();
}
