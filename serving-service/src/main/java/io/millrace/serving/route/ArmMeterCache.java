package io.millrace.serving.route;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.serving.model.VersionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Meters of the versions that answer, and of those that did until a while ago: a scrape still finds a version's last counts,
 * but versions that are gone for good do not fill the registry. Only the route refresh uses it, under its lock.
 */
@ApplicationScoped
class ArmMeterCache {

    private static final Duration KEPT = Duration.ofMinutes(15);

    private final MeterRegistry registry;
    private final Clock clock;
    private final Map<Key, Kept> meters = new HashMap<>();

    ArmMeterCache(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    private record Key(String endpoint, String arm, VersionId version) {}

    private record Kept(ArmMeters meters, Instant used) {}

    /** The meters, the same as long as they are asked for at least every quarter of an hour. */
    ArmMeters get(String endpoint, String arm, VersionId version) {
        return meters.compute(
                        new Key(endpoint, arm, version),
                        (key, kept) -> new Kept(
                                kept == null ? new ArmMeters(registry, endpoint, arm, version) : kept.meters,
                                clock.instant()))
                .meters;
    }

    /** Forgets those that nobody has asked for of late. */
    void clean() {
        Instant before = clock.instant().minus(KEPT);
        meters.values().removeIf(kept -> {
            boolean old = kept.used.isBefore(before);
            if (old) {
                kept.meters.remove(registry);
            }
            return old;
        });
    }
}
