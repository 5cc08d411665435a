package io.millrace.serving.predictionlog.minute;

import io.millrace.common.error.PlatformException;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Has the minutes that are over stored. */
@ApplicationScoped
class MinuteJob {

    private static final Logger LOG = Logger.getLogger(MinuteJob.class);

    private final MinuteService minutes;

    MinuteJob(MinuteService minutes) {
        this.minutes = minutes;
    }

    @Scheduled(every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        try {
            minutes.storeClosed();
        } catch (PlatformException e) {
            LOG.debugf("minutes wait for the database reason=%s", e.detail());
        }
    }
}
