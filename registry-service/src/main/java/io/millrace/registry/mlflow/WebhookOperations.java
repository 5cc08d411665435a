package io.millrace.registry.mlflow;

import static io.millrace.registry.mlflow.MlflowJson.optional;
import static io.millrace.registry.mlflow.MlflowJson.required;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.registry.webhook.Webhook;
import io.millrace.registry.webhook.WebhookAttempt;
import io.millrace.registry.webhook.WebhookEvent;
import io.millrace.registry.webhook.WebhookRequest;
import io.millrace.registry.webhook.WebhookService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** MLflow's webhooks. Its clients cannot read events that MLflow does not have, so here they are not shown. */
@ApplicationScoped
class WebhookOperations implements MlflowOperations {

    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;

    private final WebhookService webhooks;
    private final SecurityIdentity caller;

    WebhookOperations(WebhookService webhooks, SecurityIdentity caller) {
        this.webhooks = webhooks;
        this.caller = caller;
    }

    record EventMessage(@Nullable String entity, @Nullable String action) {}

    record Create(
            @Nullable String name,
            @Nullable String url,
            @Nullable List<EventMessage> events,
            @Nullable String description,
            @Nullable String secret,
            Webhook.@Nullable Status status) {}

    record Update(
            @Nullable String webhookId,
            @Nullable String name,
            @Nullable String url,
            @Nullable List<EventMessage> events,
            @Nullable String description,
            @Nullable String secret,
            Webhook.@Nullable Status status) {}

    record ById(@Nullable String webhookId) {}

    record Search(@Nullable Integer maxResults, @Nullable String pageToken) {}

    record Test(@Nullable String webhookId, @Nullable EventMessage event) {}

    record WebhookMessage(
            String webhookId,
            String name,
            @Nullable String description,
            String url,
            List<EventMessage> events,
            String status,
            long creationTimestamp,
            long lastUpdatedTimestamp) {}

    record One(WebhookMessage webhook) {}

    record Found(List<WebhookMessage> webhooks, @Nullable String nextPageToken) {}

    record TestResult(
            boolean success,
            @Nullable Integer responseStatus,
            @Nullable String responseBody,
            @Nullable String errorMessage) {}

    record Tested(TestResult result) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>("POST", "webhooks", Roles.ADMIN, Create.class, this::create),
                new Operation<>("GET", "webhooks", Roles.ADMIN, Search.class, this::search),
                new Operation<>("GET", "webhooks/{webhook_id}", Roles.ADMIN, ById.class, this::get),
                new Operation<>("PATCH", "webhooks/{webhook_id}", Roles.ADMIN, Update.class, this::update),
                new Operation<>("DELETE", "webhooks/{webhook_id}", Roles.ADMIN, ById.class, this::delete),
                new Operation<>("POST", "webhooks/{webhook_id}/test", Roles.ADMIN, Test.class, this::test));
    }

    private Object create(Create request) {
        required("name", request.name());
        required("url", request.url());
        if (MlflowJson.list(request.events()).isEmpty()) {
            throw MlflowJson.missing("events");
        }
        return one(webhooks.create(
                new WebhookRequest(
                        request.name(),
                        url(request.url()),
                        keys(request.events()),
                        request.description(),
                        request.secret(),
                        request.status()),
                actor()));
    }

    /** What MLflow says of a URL that is none; where one may lead the service says. */
    private static @Nullable String url(@Nullable String url) {
        if (url == null || url.isEmpty()) {
            return url;
        }
        if (url.isBlank()) {
            throw PlatformException.invalid("/url", "Webhook URL cannot be empty or just whitespace.");
        }
        try {
            String scheme = new URI(url).getScheme();
            if (!"https".equalsIgnoreCase(scheme) && !"http".equalsIgnoreCase(scheme)) {
                throw PlatformException.invalid("/url", "Invalid webhook URL scheme: it must be https.");
            }
        } catch (URISyntaxException e) {
            throw PlatformException.invalid("/url", "Invalid webhook URL: " + e.getReason());
        }
        return url;
    }

    private static @Nullable List<String> keys(@Nullable List<EventMessage> events) {
        if (events == null || events.isEmpty()) {
            return null;
        }
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            keys.add(key("events[" + i + "]", events.get(i)));
        }
        return keys;
    }

    private static String key(String field, EventMessage event) {
        String entity = required(field + ".entity", event.entity()).toLowerCase(Locale.ROOT);
        String action = required(field + ".action", event.action()).toLowerCase(Locale.ROOT);
        Optional<WebhookEvent> known = WebhookEvent.of(entity + "." + action).filter(WebhookEvent::mlflow);
        return known.orElseThrow(() -> MlflowJson.invalid(
                        field,
                        "\"" + entity + "." + action + "\"",
                        "MLflow has no such event; others at /api/v1/webhooks"))
                .key();
    }

    private Object search(Search request) {
        int limit = ModelOperations.limit(request.maxResults(), DEFAULT_PAGE, MAX_PAGE);
        var page = webhooks.listMlflow(limit, optional(request.pageToken()));
        return new Found(page.items().stream().map(WebhookOperations::message).toList(), page.nextPageToken());
    }

    private Object get(ById request) {
        return one(webhooks.get(required("webhook_id", request.webhookId())));
    }

    private Object update(Update request) {
        return one(webhooks.update(
                required("webhook_id", request.webhookId()),
                new WebhookRequest(
                        optional(request.name()),
                        optional(url(request.url())),
                        keys(request.events()),
                        request.description(),
                        request.secret(),
                        request.status()),
                actor()));
    }

    private Object delete(ById request) {
        webhooks.delete(required("webhook_id", request.webhookId()), actor());
        return Operation.EMPTY;
    }

    private Object test(Test request) {
        EventMessage event = request.event();
        WebhookAttempt attempt =
                webhooks.test(required("webhook_id", request.webhookId()), event == null ? null : key("event", event));
        return new Tested(new TestResult(
                attempt.result() == WebhookAttempt.Result.DELIVERED,
                attempt.status(),
                optional(attempt.response()),
                attempt.error()));
    }

    private String actor() {
        return caller.getPrincipal().getName();
    }

    private static One one(Webhook webhook) {
        return new One(message(webhook));
    }

    private static WebhookMessage message(Webhook webhook) {
        List<EventMessage> events = webhook.events().stream()
                .flatMap(key -> WebhookEvent.of(key).stream())
                .filter(WebhookEvent::mlflow)
                .map(e -> new EventMessage(
                        e.entity().toUpperCase(Locale.ROOT), e.action().toUpperCase(Locale.ROOT)))
                .toList();
        return new WebhookMessage(
                webhook.webhookId().toString(),
                webhook.name(),
                optional(webhook.description()),
                webhook.url(),
                events,
                webhook.status().name(),
                webhook.createdAt().toEpochMilli(),
                webhook.updatedAt().toEpochMilli());
    }
}
