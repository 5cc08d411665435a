package io.millrace.monitoring.retraining;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

@ApplicationScoped
class RetrainingJob {

    private static final Logger LOG = Logger.getLogger(RetrainingJob.class);

    private final RetrainingService retraining;

    RetrainingJob(RetrainingService retraining) {
        this.retraining = retraining;
    }

    @Scheduled(
            every = "{millrace.monitoring.retraining.every}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void follow() {
        int changed = retraining.follow();
        if (changed > 0) {
            LOG.debugf("retraining requests followed count=%d", changed);
        }
    }
}
