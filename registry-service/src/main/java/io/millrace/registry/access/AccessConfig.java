package io.millrace.registry.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;

@ConfigMapping(prefix = "millrace.registry.access")
interface AccessConfig {

    /** Names of tokens that grants do not bind, as they do not bind administrators: those of the platform's own services. */
    @WithDefault("service-registry,service-pipeline,service-serving,service-monitoring")
    List<String> services();
}
