package io.millrace.serving.client.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.net.URI;
import java.time.Duration;

/** Where the registry is and how long to wait for it. */
@ConfigMapping(prefix = "millrace")
interface RegistryConfig {

    /** Base address of the registry. */
    @WithName("registry-url")
    @WithDefault("http://127.0.0.1:8081")
    URI registryUrl();

    /** How long to wait for a connection. */
    @WithName("serving.registry.connect-timeout")
    @WithDefault("2s")
    Duration connectTimeout();

    /** How long to wait for the head of an answer; the body of a large file may take longer. */
    @WithName("serving.registry.read-timeout")
    @WithDefault("15s")
    Duration readTimeout();
}
