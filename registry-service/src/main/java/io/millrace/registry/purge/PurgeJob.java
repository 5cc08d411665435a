package io.millrace.registry.purge;

import io.millrace.common.error.PlatformException;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

@ApplicationScoped
class PurgeJob {

    private static final Logger LOG = Logger.getLogger(PurgeJob.class);

    private final PurgeService purge;
    private final PurgeConfig config;

    PurgeJob(PurgeService purge, PurgeConfig config) {
        this.purge = purge;
        this.config = config;
    }

    @Scheduled(
            every = "${millrace.registry.purge.every:6h}",
            delayed = "10m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            executeWith = Scheduled.SIMPLE)
    void purge() {
        try {
            config.after().ifPresent(age -> purge.purge(age, false));
        } catch (PlatformException e) {
            LOG.warnf("not purged reason=%s", e.getMessage());
        }
    }
}
