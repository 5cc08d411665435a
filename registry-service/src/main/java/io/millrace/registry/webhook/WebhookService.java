package io.millrace.registry.webhook;

import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.registry.secret.SecretBox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps webhooks and their log. */
@ApplicationScoped
public class WebhookService {

    private static final Logger LOG = Logger.getLogger(WebhookService.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final int MAX_DESCRIPTION = 1000;
    private static final int MAX_SECRET = 1000;
    private static final int MAX_PAGE = 1000;

    private final WebhookStore store;
    private final WebhookDeliveryStore deliveries;
    private final WebhookMessages messages;
    private final WebhookSender sender;
    private final Destinations destinations;
    private final SecretBox secrets;
    private final WebhookConfig config;
    private final Clock clock;

    WebhookService(
            WebhookStore store,
            WebhookDeliveryStore deliveries,
            WebhookMessages messages,
            WebhookSender sender,
            Destinations destinations,
            SecretBox secrets,
            WebhookConfig config,
            Clock clock) {
        this.store = store;
        this.deliveries = deliveries;
        this.messages = messages;
        this.sender = sender;
        this.destinations = destinations;
        this.secrets = secrets;
        this.config = config;
        this.clock = clock;
    }

    /** Adds a webhook. Name, URL and events are required; it is active unless the request says otherwise. */
    public Webhook create(WebhookRequest request, String actor) {
        List<FieldError> errors = new ArrayList<>();
        missing(errors, "name", request.name());
        missing(errors, "url", request.url());
        if (request.events() == null || request.events().isEmpty()) {
            missing(errors, "events", null);
        }
        if (!errors.isEmpty()) {
            throw PlatformException.invalid(errors);
        }
        check(request);
        UUID id = UUID.randomUUID();
        String secret = request.secret();
        Webhook.Status status = request.status();
        Instant now = clock.instant();
        Webhook webhook = new Webhook(
                id,
                String.valueOf(request.name()),
                String.valueOf(request.url()),
                events(request),
                request.description() == null ? "" : request.description(),
                status == null ? Webhook.Status.ACTIVE : status,
                secret != null && !secret.isEmpty(),
                actor,
                now,
                now);
        byte[] sealed = secret == null || secret.isEmpty() ? null : secrets.seal(secret, id.toString());
        if (!store.add(webhook, sealed, config.maxWebhooks())) {
            throw PlatformException.conflict(
                    "There are " + config.maxWebhooks() + " webhooks already (millrace.registry.webhook.max-webhooks)");
        }
        LOG.infof("webhook added webhook=%s actor=%s", id, actor);
        return get(id.toString());
    }

    private static void missing(List<FieldError> errors, String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            errors.add(new FieldError("/" + field, "Missing value for required parameter '" + field + "'."));
        }
    }

    private static List<String> events(WebhookRequest request) {
        List<String> events = request.events();
        return events == null ? List.of() : List.copyOf(new LinkedHashSet<>(events));
    }

    private void check(WebhookRequest request) {
        List<FieldError> errors = new ArrayList<>();
        String name = request.name();
        if (name != null && !NAME.matcher(name).matches()) {
            errors.add(
                    new FieldError(
                            "/name",
                            "must be 1 to 63 letters, digits, dots, underscores and hyphens, with a letter or digit at both ends"));
        }
        List<String> events = request.events();
        if (events != null) {
            if (events.isEmpty()) {
                errors.add(new FieldError("/events", "must not be empty"));
            }
            events.stream()
                    .filter(e -> WebhookEvent.of(e).isEmpty())
                    .findFirst()
                    .ifPresent(e -> errors.add(new FieldError(
                            "/events", "holds the unknown event " + e + "; known are " + WebhookEvent.keys())));
        }
        length(errors, "description", request.description(), MAX_DESCRIPTION);
        length(errors, "secret", request.secret(), MAX_SECRET);
        String url = request.url();
        if (url != null) {
            // An unknown name may become known; it is looked up at every delivery.
            destinations
                    .find(url)
                    .<@Nullable Void>fold(
                            allowed -> null,
                            refused -> {
                                errors.add(new FieldError("/url", refused.reason()));
                                return null;
                            },
                            unknown -> null);
        }
        if (!errors.isEmpty()) {
            throw PlatformException.invalid(errors);
        }
    }

    private static void length(List<FieldError> errors, String field, @Nullable String value, int max) {
        if (value != null && value.length() > max) {
            errors.add(new FieldError("/" + field, "must be at most " + max + " characters"));
        }
    }

    /** Webhooks, newest first. */
    @Transactional
    public Page<Webhook> list(int pageSize, @Nullable String pageToken) {
        List<String> all =
                Arrays.stream(WebhookEvent.values()).map(WebhookEvent::key).toList();
        return list(all, pageSize, pageToken);
    }

    /** Those that ask for an event that MLflow knows. */
    @Transactional
    public Page<Webhook> listMlflow(int pageSize, @Nullable String pageToken) {
        return list(WebhookEvent.mlflowKeys(), pageSize, pageToken);
    }

    private Page<Webhook> list(List<String> events, int pageSize, @Nullable String pageToken) {
        int size = checkedSize(pageSize);
        return Page.of(
                store.list(events, pageToken, size + 1),
                size,
                w -> List.of(w.createdAt().toString(), w.webhookId().toString()));
    }

    private static int checkedSize(int pageSize) {
        if (pageSize < 1 || pageSize > MAX_PAGE) {
            throw PlatformException.invalid("/pageSize", "must be 1 to " + MAX_PAGE);
        }
        return pageSize;
    }

    @Transactional
    public Webhook get(String webhookId) {
        return store.find(id("webhook", webhookId)).orElseThrow(() -> notFound("webhook", webhookId));
    }

    private static UUID id(String kind, String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw notFound(kind, text);
        }
    }

    private static PlatformException notFound(String kind, String id) {
        return PlatformException.notFound(kind, id);
    }

    /** Changes what the request names; an empty secret takes the signature away. */
    public Webhook update(String webhookId, WebhookRequest change, String actor) {
        UUID id = id("webhook", webhookId);
        check(change);
        String secret = change.secret();
        byte[] sealed = secret == null ? null : secret.isEmpty() ? new byte[0] : secrets.seal(secret, id.toString());
        if (!store.update(id, change, sealed)) {
            throw notFound("webhook", webhookId);
        }
        LOG.infof("webhook changed webhook=%s actor=%s", id, actor);
        return get(webhookId);
    }

    /** Deletes a webhook with its log. */
    @Transactional
    public void delete(String webhookId, String actor) {
        if (!store.delete(id("webhook", webhookId))) {
            throw notFound("webhook", webhookId);
        }
        LOG.infof("webhook deleted webhook=%s actor=%s", webhookId, actor);
    }

    /** Sends an example at once and once; the log does not keep it. */
    public WebhookAttempt test(String webhookId, @Nullable String event) {
        Webhook webhook = get(webhookId);
        String key = event == null ? webhook.events().get(0) : event;
        WebhookEvent known = WebhookEvent.of(key)
                .orElseThrow(() -> PlatformException.invalid(
                        "/event", "is unknown: " + key + "; known are " + WebhookEvent.keys()));
        byte[] sealed = store.secret(webhook.webhookId());
        String secret = sealed == null
                ? null
                : secrets.open(sealed, webhook.webhookId().toString())
                        .orElseThrow(() -> PlatformException.unavailable(
                                "The secret was encrypted with another key than MILLRACE_SECRET_KEY now is"));
        String body = messages.body(known, known.example(), clock.instant());
        return sender.send(webhook.url(), secret, UUID.randomUUID(), body);
    }

    /** The log of a webhook, newest first. */
    @Transactional
    public Page<WebhookDelivery> deliveries(
            String webhookId, WebhookDelivery.@Nullable Status status, int pageSize, @Nullable String pageToken) {
        UUID id = get(webhookId).webhookId();
        int size = checkedSize(pageSize);
        return Page.of(
                deliveries.list(id, status, pageToken, size + 1),
                size,
                d -> List.of(d.createdAt().toString(), d.deliveryId().toString()));
    }

    /** Sends what a delivery sent once more, as a delivery of its own; how the first one ended does not matter. */
    @Transactional
    public WebhookDelivery redeliver(String webhookId, String deliveryId, String actor) {
        UUID id = id("webhook", webhookId);
        UUID copy = UUID.randomUUID();
        if (!deliveries.redeliver(id, id("delivery", deliveryId), copy, clock.instant())) {
            throw notFound("delivery", webhookId + "/" + deliveryId);
        }
        LOG.infof("webhook delivery repeated webhook=%s delivery=%s actor=%s", webhookId, deliveryId, actor);
        return deliveries.find(id, copy).orElseThrow(() -> notFound("delivery", copy.toString()));
    }
}
