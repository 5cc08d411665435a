package io.millrace.common.health;

import java.math.BigInteger;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the store's schema is at least as new as this service needs. */
@Readiness
class SchemaReadiness implements HealthCheck {

    private final SchemaStore schema;
    private final String needed;

    SchemaReadiness(SchemaStore schema, @ConfigProperty(name = "millrace.schema-version") String needed) {
        this.schema = schema;
        this.needed = needed;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            Optional<String> found = schema.version();
            boolean enough = found.isPresent() && new BigInteger(found.get()).compareTo(new BigInteger(needed)) >= 0;
            return HealthCheckResponse.named("schema")
                    .status(enough)
                    .withData("found", found.orElse("none"))
                    .withData("needed", needed)
                    .build();
        } catch (RuntimeException e) {
            return HealthCheckResponse.named("schema")
                    .down()
                    .withData("reason", String.valueOf(e.getMessage()))
                    .build();
        }
    }
}
