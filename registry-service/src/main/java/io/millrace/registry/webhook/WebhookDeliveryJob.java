package io.millrace.registry.webhook;

import io.millrace.common.error.PlatformException;
import io.millrace.registry.secret.SecretBox;
import io.millrace.registry.webhook.WebhookAttempt.Result;
import io.millrace.registry.webhook.WebhookDeliveryStore.Claimed;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** Sends what is due: one delivery at a time to a webhook, several webhooks at once, so that a slow one holds up only itself. */
@ApplicationScoped
class WebhookDeliveryJob {

    private static final Logger LOG = Logger.getLogger(WebhookDeliveryJob.class);

    private final WebhookDeliveryService deliveries;
    private final WebhookSender sender;
    private final SecretBox secrets;
    private final Set<UUID> busy = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "millrace-webhook");
        thread.setDaemon(true);
        return thread;
    });
    private final Semaphore free;

    WebhookDeliveryJob(
            WebhookDeliveryService deliveries, WebhookSender sender, SecretBox secrets, WebhookConfig config) {
        this.deliveries = deliveries;
        this.sender = sender;
        this.secrets = secrets;
        this.free = new Semaphore(config.workers());
    }

    @PreDestroy
    void close() {
        workers.shutdownNow();
    }

    @Scheduled(
            every = "${millrace.registry.webhook.every:1s}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            executeWith = Scheduled.SIMPLE)
    void send() {
        start();
    }

    /** Hands out what is due until all workers are busy. */
    private void start() {
        while (free.tryAcquire()) {
            boolean handedOver = false;
            try {
                Optional<Claimed> claimed = claim();
                if (claimed.isPresent()) {
                    workers.execute(() -> deliver(claimed.get()));
                    handedOver = true;
                }
            } catch (PlatformException e) {
                LOG.warnf("webhooks not served reason=%s", e.getMessage());
            } finally {
                if (!handedOver) {
                    free.release();
                }
            }
            if (!handedOver) {
                return;
            }
        }
    }

    private synchronized Optional<Claimed> claim() {
        Optional<Claimed> claimed = deliveries.claim(busy);
        claimed.ifPresent(c -> busy.add(c.webhookId()));
        return claimed;
    }

    private void deliver(Claimed claimed) {
        try {
            deliveries.finish(claimed, attempt(claimed));
        } catch (PlatformException e) {
            LOG.warnf("webhook delivery not noted delivery=%s reason=%s", claimed.deliveryId(), e.getMessage());
        } finally {
            busy.remove(claimed.webhookId());
            free.release();
        }
        start();
    }

    private WebhookAttempt attempt(Claimed claimed) {
        byte[] sealed = claimed.secret();
        String secret = null;
        if (sealed != null) {
            secret = secrets.open(sealed, claimed.webhookId().toString()).orElse(null);
            if (secret == null) {
                return new WebhookAttempt(
                        Result.WORTH_ANOTHER_TRY, null, "", "the secret was encrypted with another key", 0, null);
            }
        }
        return sender.send(claimed.url(), secret, claimed.deliveryId(), claimed.body());
    }
}
