package io.millrace.serving.client.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;

/** Where the registry is and how long to wait for it. */
@ConfigMapping(prefix = "millrace.serving.registry")
interface RegistryConfig {

    /** Base address of the registry: {@code millrace.registry-url}. */
    @WithDefault("${millrace.registry-url:http://127.0.0.1:8081}")
    URI url();

    /** How long to wait for a connection. */
    @WithDefault("2s")
    Duration connectTimeout();

    /** How long to wait for the head of an answer; the body of a large file may take longer. */
    @WithDefault("15s")
    Duration readTimeout();
}
