package io.millrace.common.metrics;

import io.prometheus.client.exemplars.ExemplarSampler;
import io.quarkus.micrometer.runtime.export.exemplars.OpentelemetryExemplarSamplerProvider;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Examples of traces beside the meters, while there are traces. Quarkus' own producer, which this one takes the place of, has every
 * count of every meter look for a trace, also when none is ever made.
 */
class Exemplars {

    @Produces
    @Singleton
    Optional<ExemplarSampler> sampler(@ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean untraced) {
        return untraced ? Optional.empty() : new OpentelemetryExemplarSamplerProvider().exemplarSampler();
    }
}
