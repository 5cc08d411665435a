package io.millrace.pipeline.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.auth.ServiceIdentity;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.idempotency.IdempotencyService;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls another service with this one's identity. Every call made here may be repeated: it reads, or it carries an
 * idempotency key. An answer that says "later" becomes {@link ErrorCode#UPSTREAM_UNAVAILABLE}, which a step tries again.
 */
@ApplicationScoped
class JsonHttp {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();
    private final ServiceIdentity identity;
    private final ObjectMapper json;

    JsonHttp(ServiceIdentity identity, ObjectMapper json) {
        this.identity = identity;
        this.json = json;
    }

    /** Path segments joined and encoded. */
    static String path(String... segments) {
        StringBuilder path = new StringBuilder();
        for (String segment : segments) {
            for (String part : List.of(segment.split("/", -1))) {
                path.append('/')
                        .append(URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"));
            }
        }
        return path.toString();
    }

    JsonNode send(String method, String url, @Nullable Object body, @Nullable String key) {
        return find(method, url, body, key)
                .orElseThrow(() -> new PlatformException(ErrorCode.NOT_FOUND, "Not found: " + url));
    }

    /** The answer, or none for 404. */
    Optional<JsonNode> find(String method, String url, @Nullable Object body, @Nullable String key) {
        try {
            BodyPublisher publisher =
                    body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json.writeValueAsString(body));
            HttpRequest.Builder request =
                    request(url).header("Content-Type", "application/json").method(method, publisher);
            if (key != null) {
                request.header(IdempotencyService.HEADER, key);
            }
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() == 404) {
                return Optional.empty();
            }
            check(response.statusCode(), url, response.body());
            return Optional.of(response.body().isBlank() ? json.createObjectNode() : json.readTree(response.body()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON from " + url, e);
        } catch (IOException e) {
            throw unreachable(url, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    void upload(String url, Path file, String sha256) {
        try {
            HttpRequest request = request(url)
                    .header("Content-Type", "application/octet-stream")
                    .header("X-Content-Sha256", sha256)
                    .PUT(BodyPublishers.ofFile(file))
                    .build();
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            check(response.statusCode(), url, response.body());
        } catch (IOException e) {
            throw unreachable(url, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    void download(String url, Path target) {
        try {
            HttpResponse<Path> response = client.send(request(url).GET().build(), BodyHandlers.ofFile(target));
            check(response.statusCode(), url, "");
        } catch (IOException e) {
            throw unreachable(url, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private HttpRequest.Builder request(String url) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT);
        identity.authorization().ifPresent(value -> request.header("Authorization", value));
        return request;
    }

    private void check(int status, String url, String body) {
        if (status < 300) {
            return;
        }
        String detail = url + " answered " + status + ": " + detail(body);
        if (status >= 500 || status == 401 || status == 429) {
            throw new PlatformException(ErrorCode.UPSTREAM_UNAVAILABLE, detail);
        }
        throw new PlatformException(ErrorCode.UNPROCESSABLE, detail);
    }

    private String detail(String body) {
        try {
            Map<?, ?> problem = json.readValue(body, Map.class);
            Object detail = problem.get("detail");
            return detail == null ? body : detail.toString();
        } catch (JsonProcessingException e) {
            return body.length() > 200 ? body.substring(0, 200) : body;
        }
    }

    private static PlatformException unreachable(String url, IOException e) {
        return new PlatformException(
                ErrorCode.UPSTREAM_UNAVAILABLE, url + " cannot be reached: " + e.getMessage(), List.of(), e);
    }

    private static PlatformException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new PlatformException(ErrorCode.UPSTREAM_UNAVAILABLE, "interrupted", List.of(), e);
    }
}
