package io.millrace.serving.endpoint;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/**
 * Status of every arm as of the last refresh of the routes. Readers never block; only the route refresh writes.
 *
 * <p>Lives here, not in {@code route}, because the answer about an endpoint shows it and {@code route} depends on this
 * package.
 */
@ApplicationScoped
public class ArmStatuses {

    private volatile Map<Key, ArmStatus> statuses = Map.of();

    /** An arm of one revision of an endpoint. */
    public record Key(String endpoint, long revision, String arm) {}

    public void publish(Map<Key, ArmStatus> current) {
        statuses = Map.copyOf(current);
    }

    ArmStatus get(Endpoint endpoint, Arm arm) {
        return statuses.getOrDefault(new Key(endpoint.name(), endpoint.revision(), arm.name()), ArmStatus.UNKNOWN);
    }
}
