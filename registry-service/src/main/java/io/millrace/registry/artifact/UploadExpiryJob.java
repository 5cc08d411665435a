package io.millrace.registry.artifact;

import io.millrace.common.error.PlatformException;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

@ApplicationScoped
class UploadExpiryJob {

    private static final Logger LOG = Logger.getLogger(UploadExpiryJob.class);

    private final UploadService uploads;

    UploadExpiryJob(UploadService uploads) {
        this.uploads = uploads;
    }

    @Scheduled(every = "10m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP, executeWith = Scheduled.SIMPLE)
    void expire() {
        try {
            int expired = uploads.expire();
            if (expired > 0) {
                LOG.infof("uploads expired count=%d", expired);
            }
        } catch (PlatformException e) {
            LOG.warnf("uploads not expired reason=%s", e.getMessage());
        }
    }
}
