package io.millrace.registry.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.event.Event;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the registry's events into what webhooks are told: {@code {"entity", "action", "timestamp", "data"}}, for MLflow's
 * events with MLflow's data. What an event does not hold (description, tags, source) is as it is when the message is made.
 */
@ApplicationScoped
class WebhookMessages {

    private static final String PROMOTION = "registry.promotion.";
    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

    private final WebhookStore store;
    private final ObjectMapper json;

    WebhookMessages(WebhookStore store, ObjectMapper json) {
        this.store = store;
        this.json = json;
    }

    /** What an event means to webhooks. */
    record Message(WebhookEvent event, Map<String, @Nullable Object> data) {}

    /** None for an event that webhooks are not told. */
    List<Message> of(Event event) {
        JsonNode data = event.data();
        String model = data.path("model").asText();
        return switch (event.type()) {
            case "registry.model.created" -> List.of(modelCreated(model));
            case "registry.model.deleted" ->
                List.of(new Message(WebhookEvent.REGISTERED_MODEL_DELETED, fields("name", model)));
            case "registry.model.tag.set" ->
                List.of(new Message(
                        WebhookEvent.REGISTERED_MODEL_TAG_SET,
                        fields("name", model, "key", text(data, "key"), "value", text(data, "value"))));
            case "registry.model.tag.deleted" ->
                List.of(new Message(
                        WebhookEvent.REGISTERED_MODEL_TAG_DELETED, fields("name", model, "key", text(data, "key"))));
            case "registry.version.created" ->
                List.of(versionCreated(model, data.path("version").asInt()));
            case "registry.version.deleted" ->
                List.of(new Message(
                        WebhookEvent.MODEL_VERSION_DELETED, fields("name", model, "version", text(data, "version"))));
            case "registry.version.staged" ->
                List.of(new Message(
                        WebhookEvent.MODEL_VERSION_STAGE_CHANGED,
                        fields(
                                "name",
                                model,
                                "version",
                                text(data, "version"),
                                "from_stage",
                                text(data, "from"),
                                "to_stage",
                                text(data, "to"),
                                "caused_by",
                                event.causedBy())));
            case "registry.version.tag.set" ->
                List.of(new Message(
                        WebhookEvent.MODEL_VERSION_TAG_SET,
                        fields(
                                "name",
                                model,
                                "version",
                                text(data, "version"),
                                "key",
                                text(data, "key"),
                                "value",
                                text(data, "value"))));
            case "registry.version.tag.deleted" ->
                List.of(new Message(
                        WebhookEvent.MODEL_VERSION_TAG_DELETED,
                        fields("name", model, "version", text(data, "version"), "key", text(data, "key"))));
            case "registry.alias.changed" -> aliasChanged(model, event);
            default -> event.type().startsWith(PROMOTION) ? promotion(model, event) : List.of();
        };
    }

    private static List<Message> promotion(String model, Event event) {
        Map<String, @Nullable Object> data = fields(
                "name",
                model,
                "version",
                text(event.data(), "version"),
                "alias",
                text(event.data(), "alias"),
                "promotion_id",
                text(event.data(), "promotionId"),
                "caused_by",
                event.causedBy());
        return WebhookEvent.of("promotion." + event.type().substring(PROMOTION.length())).stream()
                .map(known -> new Message(known, data))
                .toList();
    }

    private Message modelCreated(String model) {
        Map<String, @Nullable Object> data = fields("name", model);
        store.model(model).ifPresent(facts -> {
            data.put("tags", tags(facts.tags()));
            data.put("description", nullIfEmpty(facts.description()));
        });
        return new Message(WebhookEvent.REGISTERED_MODEL_CREATED, data);
    }

    private Message versionCreated(String model, int version) {
        Map<String, @Nullable Object> data = fields("name", model, "version", Integer.toString(version));
        store.version(model, version).ifPresent(facts -> {
            data.put("source", facts.source());
            data.put("run_id", nullIfEmpty(facts.runId()));
            data.put("tags", tags(facts.tags()));
            data.put("description", nullIfEmpty(facts.description()));
        });
        return new Message(WebhookEvent.MODEL_VERSION_CREATED, data);
    }

    private static List<Message> aliasChanged(String model, Event event) {
        String alias = event.data().path("alias").asText();
        String from = text(event.data(), "fromVersion");
        String to = text(event.data(), "toVersion");
        Message changed = new Message(
                WebhookEvent.MODEL_VERSION_ALIAS_CHANGED,
                fields(
                        "name",
                        model,
                        "alias",
                        alias,
                        "from_version",
                        from,
                        "to_version",
                        to,
                        "caused_by",
                        event.causedBy()));
        Message asMlflow = to == null
                ? new Message(WebhookEvent.MODEL_VERSION_ALIAS_DELETED, fields("name", model, "alias", alias))
                : new Message(
                        WebhookEvent.MODEL_VERSION_ALIAS_CREATED, fields("name", model, "alias", alias, "version", to));
        return List.of(asMlflow, changed);
    }

    /** The text that is sent and signed. */
    String body(WebhookEvent event, Map<String, ?> data, Instant at) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("entity", event.entity());
        message.put("action", event.action());
        message.put("timestamp", at.toString());
        message.put("data", data);
        try {
            return json.writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message cannot be written as JSON", e);
        }
    }

    private Map<String, String> tags(@Nullable String object) {
        try {
            return object == null ? Map.of() : json.readValue(object, TAGS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("tags are not JSON", e);
        }
    }

    private static @Nullable String text(JsonNode data, String field) {
        JsonNode value = data.path(field);
        return value.isNull() || value.isMissingNode() ? null : value.asText();
    }

    private static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    private static Map<String, @Nullable Object> fields(@Nullable String... namesAndValues) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return fields;
    }
}
