package io.millrace.common.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.auth.ServiceIdentity;
import io.millrace.common.http.RequestId;
import io.millrace.common.idempotency.IdempotencyService;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Sends a command over HTTP. The addresses are {@code millrace.<target>-url}. */
@ApplicationScoped
class OutboxTransport {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int KEPT_CHARACTERS = 500;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    private final ServiceIdentity identity;
    private final Config config;
    private final ObjectMapper json;

    OutboxTransport(ServiceIdentity identity, Config config, ObjectMapper json) {
        this.json = json;
        this.identity = identity;
        this.config = config;
    }

    Delivery send(Command command) {
        Optional<String> base = config.getOptionalValue("millrace." + command.target() + "-url", String.class);
        if (base.isEmpty()) {
            return new Delivery.Unreachable("millrace." + command.target() + "-url is not configured");
        }
        URI address;
        try {
            address = URI.create(base.get() + command.path());
        } catch (IllegalArgumentException e) {
            return new Delivery.Refused("not an address: " + base.get() + command.path());
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .header(IdempotencyService.HEADER, command.idempotencyKey())
                .header(RequestId.HEADER, "outbox-" + command.id() + "-" + command.attempts())
                .method(command.method(), HttpRequest.BodyPublishers.ofString(command.body()));
        identity.authorization().ifPresent(value -> request.header("Authorization", value));
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return judge(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Delivery.Unreachable(command.target() + " cannot be reached: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Delivery.Unreachable("interrupted");
        }
    }

    /** A token that is not known yet (401) and a conflict that ends (409) are worth another try; other 4xx are final. */
    private Delivery judge(int status, String body) {
        String shortened = body.length() > KEPT_CHARACTERS ? body.substring(0, KEPT_CHARACTERS) : body;
        if (status < 300) {
            return new Delivery.Accepted(asJson(body));
        }
        boolean temporary = status >= 500 || status == 401 || status == 408 || status == 409 || status == 429;
        String reason = "HTTP " + status + ": " + shortened;
        return temporary ? new Delivery.Unreachable(reason) : new Delivery.Refused(reason);
    }

    /** The store keeps answers as JSON; one that is not is no answer to keep. */
    private @Nullable String asJson(String body) {
        try {
            return body.isBlank() ? null : json.readTree(body).toString();
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
