package io.millrace.monitoring.monitor;

import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;

/** Keeps monitors. */
@ApplicationScoped
public class MonitorService {

    private final MonitorStore monitors;

    MonitorService(MonitorStore monitors) {
        this.monitors = monitors;
    }

    /** Creates or replaces the monitor of its endpoint. */
    @Transactional
    public Monitor save(Monitor monitor) {
        monitors.save(monitor);
        return get(monitor.endpoint());
    }

    @Transactional
    public Monitor get(String endpoint) {
        return monitors.find(endpoint).orElseThrow(() -> PlatformException.notFound("monitor", endpoint));
    }

    @Transactional
    public Optional<Monitor> find(String endpoint) {
        return monitors.find(endpoint);
    }

    /** Monitors by endpoint after {@code afterEndpoint} (empty for the first page), at most {@code limit}. */
    @Transactional
    public List<Monitor> list(String afterEndpoint, int limit) {
        return monitors.list(afterEndpoint, limit);
    }

    @Transactional
    public void delete(String endpoint) {
        if (!monitors.delete(endpoint)) {
            throw PlatformException.notFound("monitor", endpoint);
        }
    }
}
