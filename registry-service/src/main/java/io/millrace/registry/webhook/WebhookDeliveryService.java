package io.millrace.registry.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.common.event.Event;
import io.millrace.registry.webhook.WebhookAttempt.Result;
import io.millrace.registry.webhook.WebhookDelivery.Status;
import io.millrace.registry.webhook.WebhookDeliveryStore.Claimed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Makes, claims and closes deliveries. Nothing here calls out while a transaction is open. */
@ApplicationScoped
class WebhookDeliveryService {

    private static final Logger LOG = Logger.getLogger(WebhookDeliveryService.class);

    /** Beyond the timeout of an attempt, so that a claim runs out only when its holder is gone. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private static final int MAX_DOUBLINGS = 30;

    private final WebhookDeliveryStore store;
    private final WebhookMessages messages;
    private final WebhookConfig config;
    private final Clock clock;
    private final MeterRegistry meters;
    private final SplittableRandom jitter = new SplittableRandom();

    WebhookDeliveryService(
            WebhookDeliveryStore store,
            WebhookMessages messages,
            WebhookConfig config,
            Clock clock,
            MeterRegistry meters) {
        this.store = store;
        this.messages = messages;
        this.config = config;
        this.clock = clock;
        this.meters = meters;
    }

    @Transactional
    public void fanOut(Event event) {
        for (WebhookMessages.Message message : messages.of(event)) {
            String body = messages.body(message.event(), message.data(), event.occurredAt());
            store.fanOut(event.eventId(), message.event().key(), body, event.occurredAt(), clock.instant());
        }
    }

    /** What has been due longest, except for some webhooks; nobody else sends it until the lease runs out. */
    @Transactional
    public Optional<Claimed> claim(Collection<UUID> without) {
        return store.claim(clock.instant(), config.timeout().plus(GRACE), without);
    }

    @Transactional
    public void finish(Claimed claimed, WebhookAttempt attempt) {
        Instant now = clock.instant();
        boolean again = attempt.result() == Result.WORTH_ANOTHER_TRY && claimed.attempt() < config.maxAttempts();
        Status status =
                attempt.result() == Result.DELIVERED ? Status.DELIVERED : again ? Status.PENDING : Status.FAILED;
        Instant next = again ? now.plus(delay(claimed.attempt(), attempt)) : null;
        if (store.finish(claimed, status, next, now, attempt)) {
            meters.counter("millrace.webhook.attempts", "outcome", status.name().toLowerCase(Locale.ROOT))
                    .increment();
            if (status == Status.FAILED) {
                LOG.warnf(
                        "webhook delivery given up webhook=%s delivery=%s attempts=%d reason=%s",
                        claimed.webhookId(), claimed.deliveryId(), claimed.attempt(), attempt.error());
            }
        }
    }

    /** Doubles with each attempt, with up to half of it taken off at random; a receiver may ask for more. */
    private Duration delay(int attempt, WebhookAttempt ended) {
        long doubled = config.delay().toMillis() << Math.min(attempt - 1, MAX_DOUBLINGS);
        long full = Math.max(1, Math.min(config.maxDelay().toMillis(), doubled));
        Duration delay = Duration.ofMillis(full - jitter.nextLong(full / 2 + 1));
        Duration asked = ended.retryAfter();
        return asked != null && asked.compareTo(delay) > 0 ? asked : delay;
    }

    /** Deletes some of what is older than the log is kept; answers how many. */
    @Transactional
    public int purge() {
        Instant now = clock.instant();
        return store.purge(now.minus(config.retention()), now);
    }
}
