package io.millrace.registry.webhook;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A new webhook, or what changes of one; what is null stays.
 *
 * @param secret key of the signature, at most 1,000 characters; the empty text for none
 */
public record WebhookRequest(
        @Nullable String name,
        @Nullable String url,
        @Nullable List<String> events,
        @Nullable String description,
        @Nullable String secret,
        Webhook.@Nullable Status status) {

    /** Never the secret. */
    @Override
    public String toString() {
        return "WebhookRequest[name=" + name + ", url=" + url + ", events=" + events + ", status=" + status + "]";
    }
}
