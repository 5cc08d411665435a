package io.millrace.serving.route;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready after the first load of the routes. Asks neither the registry nor any other service. */
@Readiness
@ApplicationScoped
class RouteReadinessCheck implements HealthCheck {

    private final RouteTable table;

    RouteReadinessCheck(RouteTable table) {
        this.table = table;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("routes")
                .status(table.ready())
                .withData("endpoints", table.names().size())
                .build();
    }
}
