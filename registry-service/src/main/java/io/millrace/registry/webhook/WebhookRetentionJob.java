package io.millrace.registry.webhook;

import io.millrace.common.error.PlatformException;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

@ApplicationScoped
class WebhookRetentionJob {

    private static final Logger LOG = Logger.getLogger(WebhookRetentionJob.class);

    private final WebhookDeliveryService deliveries;

    WebhookRetentionJob(WebhookDeliveryService deliveries) {
        this.deliveries = deliveries;
    }

    @Scheduled(every = "1h", concurrentExecution = Scheduled.ConcurrentExecution.SKIP, executeWith = Scheduled.SIMPLE)
    void purge() {
        try {
            int purged = 0;
            int last;
            do {
                last = deliveries.purge();
                purged += last;
            } while (last > 0);
            if (purged > 0) {
                LOG.infof("webhook deliveries purged count=%d", purged);
            }
        } catch (PlatformException e) {
            LOG.warnf("webhook deliveries not purged reason=%s", e.getMessage());
        }
    }
}
