package io.millrace.serving.predictionlog;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Has the days of the prediction log made and dropped, at the start and then every ten minutes. */
@ApplicationScoped
class RetentionJob {

    private static final Logger LOG = Logger.getLogger(RetentionJob.class);

    private final RetentionService retention;

    RetentionJob(RetentionService retention) {
        this.retention = retention;
    }

    @Scheduled(every = "10m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        try {
            retention.maintain();
        } catch (RuntimeException e) {
            LOG.warnf(
                    "days of the prediction log could not be made or dropped, trying again reason=%s", e.getMessage());
        }
    }
}
