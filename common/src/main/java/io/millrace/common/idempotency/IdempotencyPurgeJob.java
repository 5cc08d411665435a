package io.millrace.common.idempotency;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

@ApplicationScoped
class IdempotencyPurgeJob {

    private static final Logger LOG = Logger.getLogger(IdempotencyPurgeJob.class);

    private final IdempotencyService idempotency;

    IdempotencyPurgeJob(IdempotencyService idempotency) {
        this.idempotency = idempotency;
    }

    @Scheduled(
            every = "6h",
            delayed = "10m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            executeWith = Scheduled.SIMPLE)
    void purge() {
        LOG.debugf("idempotency keys purged count=%d", idempotency.purge());
    }
}
