package io.millrace.common.event;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Says how many events were set aside. That is for people to deal with; it is no reason to take the service away. */
@Readiness
class EventReadiness implements HealthCheck {

    private final EventDeliveryService delivery;

    EventReadiness(EventDeliveryService delivery) {
        this.delivery = delivery;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("events").up();
        try {
            return response.withData("dead", delivery.countDead()).build();
        } catch (RuntimeException e) {
            // The store's own check says so.
            return response.withData("dead", "unknown").build();
        }
    }
}
