package io.millrace.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.platform.Ports;
import io.millrace.cli.platform.ServiceName;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The four services' HTTP APIs with one token. Safe for concurrent use. */
public final class Api {

    public static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();
    private final Ports ports;
    private final String token;

    public Api(Ports ports, String token) {
        this.ports = ports;
        this.token = token;
    }

    public JsonNode get(ServiceName service, String path) {
        return send(service, "GET", path, "application/json", null, Map.of());
    }

    /** Every item of a list, page by page. */
    public List<JsonNode> all(ServiceName service, String path) {
        List<JsonNode> items = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = get(service, path + (next.isEmpty() ? "" : "?pageToken=" + segment(next)));
            page.path("items").forEach(items::add);
            next = page.path("nextPageToken").asText("");
        } while (!next.isEmpty());
        return items;
    }

    public JsonNode put(ServiceName service, String path, Object body) {
        return send(service, "PUT", path, "application/json", write(body), Map.of());
    }

    public JsonNode putYaml(ServiceName service, String path, String yaml) {
        return send(service, "PUT", path, "application/yaml", yaml, Map.of());
    }

    public JsonNode post(ServiceName service, String path, Object body) {
        return send(service, "POST", path, "application/json", write(body), Map.of());
    }

    public JsonNode post(ServiceName service, String path, Object body, String idempotencyKey) {
        return send(service, "POST", path, "application/json", write(body), Map.of("Idempotency-Key", idempotencyKey));
    }

    /** A name as one segment of a path. */
    public static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String write(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    private JsonNode send(
            ServiceName service,
            String method,
            String path,
            String type,
            @Nullable String body,
            Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(ports.url(service) + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", type);
        }
        headers.forEach(request::header);
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new ApiException(response.statusCode(), detail(response));
            }
            return response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new ApiException(0, service.wire() + " did not answer with JSON");
        } catch (IOException e) {
            throw new ApiException(
                    0,
                    "The " + service.wire() + " service cannot be reached at " + ports.url(service)
                            + ": is the platform up? (./millrace status)");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(0, "interrupted");
        }
    }

    private static String detail(HttpResponse<String> response) {
        try {
            JsonNode problem = JSON.readTree(response.body());
            String detail =
                    problem.path("detail").asText(problem.path("message").asText(response.body()));
            return "HTTP " + response.statusCode() + ": " + detail;
        } catch (JsonProcessingException e) {
            return "HTTP " + response.statusCode() + ": " + response.body();
        }
    }
}
