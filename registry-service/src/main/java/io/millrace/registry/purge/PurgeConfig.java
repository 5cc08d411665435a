package io.millrace.registry.purge;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import java.util.Optional;

@ConfigMapping(prefix = "millrace.registry.purge")
interface PurgeConfig {

    /** How long what is deleted can be restored before a job purges it; without it nothing is purged by itself. */
    Optional<Duration> after();
}
