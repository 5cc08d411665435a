package io.millrace.registry.webhook;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a webhook can ask for. Those that MLflow knows carry the data that MLflow sends. */
public enum WebhookEvent {
    REGISTERED_MODEL_CREATED(
            "registered_model.created",
            true,
            Map.of("name", "example", "tags", Map.of("k", "v"), "description", "text")),
    REGISTERED_MODEL_DELETED("registered_model.deleted", false, Map.of("name", "example")),
    REGISTERED_MODEL_TAG_SET(
            "registered_model_tag.set", false, Map.of("name", "example", "key", "team", "value", "risk")),
    REGISTERED_MODEL_TAG_DELETED("registered_model_tag.deleted", false, Map.of("name", "example", "key", "team")),
    MODEL_VERSION_CREATED(
            "model_version.created",
            true,
            Map.of(
                    "name",
                    "example",
                    "version",
                    "1",
                    "source",
                    "runs:/0123456789abcdef0123456789abcdef/model",
                    "run_id",
                    "0123456789abcdef0123456789abcdef",
                    "tags",
                    Map.of("k", "v"),
                    "description",
                    "text")),
    MODEL_VERSION_DELETED("model_version.deleted", false, Map.of("name", "example", "version", "1")),
    MODEL_VERSION_STAGE_CHANGED(
            "model_version_stage.changed",
            false,
            Map.of("name", "example", "version", "1", "from_stage", "None", "to_stage", "Production")),
    MODEL_VERSION_TAG_SET(
            "model_version_tag.set", true, Map.of("name", "example", "version", "1", "key", "checked", "value", "yes")),
    MODEL_VERSION_TAG_DELETED(
            "model_version_tag.deleted", true, Map.of("name", "example", "version", "1", "key", "checked")),
    MODEL_VERSION_ALIAS_CREATED(
            "model_version_alias.created", true, Map.of("name", "example", "alias", "champion", "version", "1")),
    MODEL_VERSION_ALIAS_DELETED("model_version_alias.deleted", true, Map.of("name", "example", "alias", "champion")),
    MODEL_VERSION_ALIAS_CHANGED(
            "model_version_alias.changed",
            false,
            Map.of(
                    "name",
                    "example",
                    "alias",
                    "champion",
                    "from_version",
                    "1",
                    "to_version",
                    "2",
                    "caused_by",
                    "user:example")),
    PROMOTION_OPENED("promotion.opened", false, Examples.PROMOTION),
    PROMOTION_REJECTED("promotion.rejected", false, Examples.PROMOTION),
    PROMOTION_WITHDRAWN("promotion.withdrawn", false, Examples.PROMOTION),
    PROMOTION_EXPIRED("promotion.expired", false, Examples.PROMOTION),
    PROMOTION_APPLIED("promotion.applied", false, Examples.PROMOTION),
    // Legal in MLflow; prompts are not kept here, so nothing happens that they would tell.
    PROMPT_CREATED("prompt.created", true, Map.of("name", "example")),
    PROMPT_VERSION_CREATED("prompt_version.created", true, Map.of("name", "example", "version", "1")),
    PROMPT_TAG_SET("prompt_tag.set", true, Map.of("name", "example", "key", "k", "value", "v")),
    PROMPT_TAG_DELETED("prompt_tag.deleted", true, Map.of("name", "example", "key", "k")),
    PROMPT_VERSION_TAG_SET(
            "prompt_version_tag.set", true, Map.of("name", "example", "version", "1", "key", "k", "value", "v")),
    PROMPT_VERSION_TAG_DELETED(
            "prompt_version_tag.deleted", true, Map.of("name", "example", "version", "1", "key", "k")),
    PROMPT_ALIAS_CREATED("prompt_alias.created", true, Map.of("name", "example", "alias", "a", "version", "1")),
    PROMPT_ALIAS_DELETED("prompt_alias.deleted", true, Map.of("name", "example", "alias", "a"));

    private static final class Examples {

        static final Map<String, Object> PROMOTION = Map.of(
                "name",
                "example",
                "version",
                "2",
                "alias",
                "champion",
                "promotion_id",
                "0",
                "caused_by",
                "user:example");
    }

    private final String key;
    private final boolean mlflow;
    private final Map<String, Object> example;

    WebhookEvent(String key, boolean mlflow, Map<String, Object> example) {
        this.key = key;
        this.mlflow = mlflow;
        this.example = example;
    }

    /** Such as {@code model_version.created}: MLflow's entity and action in lower case. */
    public String key() {
        return key;
    }

    public String entity() {
        return key.substring(0, key.indexOf('.'));
    }

    public String action() {
        return key.substring(key.indexOf('.') + 1);
    }

    /** Whether MLflow's clients know it. */
    public boolean mlflow() {
        return mlflow;
    }

    /** Data as a test sends it. */
    Map<String, Object> example() {
        return example;
    }

    public static Optional<WebhookEvent> of(String key) {
        return Arrays.stream(values()).filter(e -> e.key.equals(key)).findFirst();
    }

    static List<String> mlflowKeys() {
        return Arrays.stream(values()).filter(e -> e.mlflow).map(e -> e.key).toList();
    }

    static String keys() {
        return Arrays.stream(values()).map(e -> e.key).collect(Collectors.joining(", "));
    }
}
