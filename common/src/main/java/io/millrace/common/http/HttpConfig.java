package io.millrace.common.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

@ConfigMapping(prefix = "millrace.http")
interface HttpConfig {

    /** Largest body of a request, by its Content-Length. */
    @WithDefault("10M")
    MemorySize maxBodySize();

    /** Path prefixes that take streamed files and are bounded by {@code quarkus.http.limits.max-body-size} only. */
    Optional<List<String>> streamedPaths();
}
