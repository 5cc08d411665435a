package io.millrace.monitoring.monitor;

import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Keeps monitors. */
@ApplicationScoped
public class MonitorService {

    private final MonitorStore monitors;
    private final Clock clock;

    MonitorService(MonitorStore monitors, Clock clock) {
        this.monitors = monitors;
        this.clock = clock;
    }

    /** Creates or replaces the monitor of its endpoint. */
    @Transactional
    public Monitor save(Monitor monitor) {
        monitors.lock(monitor.endpoint());
        SavedMonitor saved =
                monitors.findByIdOptional(monitor.endpoint()).orElseGet(() -> new SavedMonitor(monitor.endpoint()));
        saved.take(monitor, clock.instant());
        monitors.persist(saved);
        return saved.toMonitor();
    }

    @Transactional
    public Monitor get(String endpoint) {
        return find(endpoint).orElseThrow(() -> PlatformException.notFound("monitor", endpoint));
    }

    @Transactional
    public Optional<Monitor> find(String endpoint) {
        return monitors.findByIdOptional(endpoint).map(SavedMonitor::toMonitor);
    }

    /** Monitors by endpoint after {@code afterEndpoint} (empty for the first page), at most {@code limit}. */
    @Transactional
    public List<Monitor> list(String afterEndpoint, int limit) {
        return monitors.listAfter(afterEndpoint, limit).stream()
                .map(SavedMonitor::toMonitor)
                .toList();
    }

    @Transactional
    public void delete(String endpoint) {
        if (!monitors.deleteById(endpoint)) {
            throw PlatformException.notFound("monitor", endpoint);
        }
    }
}
