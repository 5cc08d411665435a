package io.millrace.registry.blob;

import io.millrace.common.error.PlatformException;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

@ApplicationScoped
class GarbageJob {

    private static final Logger LOG = Logger.getLogger(GarbageJob.class);

    private final GarbageService garbage;

    GarbageJob(GarbageService garbage) {
        this.garbage = garbage;
    }

    @Scheduled(
            every = "${millrace.registry.artifact.garbage-every:6h}",
            delayed = "5m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            executeWith = Scheduled.SIMPLE)
    void collect() {
        try {
            garbage.collect(false);
        } catch (PlatformException e) {
            LOG.warnf("garbage not collected reason=%s", e.getMessage());
        }
    }
}
