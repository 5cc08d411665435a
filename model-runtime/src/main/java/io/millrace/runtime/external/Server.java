package io.millrace.runtime.external;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.millrace.runtime.spi.ModelUnavailableException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls to one model. Safe for concurrent use; follows no redirect. A call is tried again only when no connection could be
 * made, so the server never sees a request twice.
 */
final class Server {

    private static final int MAX_ANSWER = 64 << 20;
    private static final int SHOWN = 200;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(32).build())
            .build());

    private final URI model;
    private final Duration timeout;
    private final int tries;
    private final HttpClient http;

    Server(URI model, int timeoutMillis, int tries) {
        this.model = model;
        this.timeout = Duration.ofMillis(timeoutMillis);
        this.tries = tries;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /** The JSON under an address of the model; a missing node for an answer without a body. */
    JsonNode get(String path) {
        return send(request(path).GET().build());
    }

    JsonNode infer(byte[] body) {
        return send(request("/infer")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(model + path)).timeout(timeout).header("Accept", "application/json");
    }

    private JsonNode send(HttpRequest request) {
        for (int left = tries; ; left--) {
            try {
                HttpResponse<byte[]> response = answer(request);
                if (response.statusCode() != 200) {
                    throw unavailable("answered " + response.statusCode() + ": " + error(response.body()), null);
                }
                return response.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(response.body());
            } catch (ConnectException | HttpConnectTimeoutException e) {
                if (left <= 1) {
                    throw unavailable("cannot be reached", e);
                }
            } catch (IOException e) {
                throw unavailable("gave no answer that can be read", e);
            }
        }
    }

    private HttpResponse<byte[]> answer(HttpRequest request) throws IOException {
        Future<HttpResponse<byte[]>> sent = http.sendAsync(request, response -> new BoundedBody(MAX_ANSWER));
        try {
            // The request's own time-out ends with the head of the answer.
            return sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw unavailable("did not answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("was not waited for", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof java.net.http.HttpTimeoutException late
                    && !(late instanceof HttpConnectTimeoutException)) {
                throw unavailable("did not answer within " + timeout.toMillis() + " ms", e);
            }
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw unavailable("could not be called", e);
        } finally {
            sent.cancel(true);
        }
    }

    private ModelUnavailableException unavailable(String what, @Nullable Throwable cause) {
        return new ModelUnavailableException("the external server " + model.getAuthority() + " " + what, cause);
    }

    private static String error(byte[] body) {
        try {
            String text = JSON.readTree(body).path("error").asText("no reason given");
            return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        } catch (IOException e) {
            return "no reason given";
        }
    }
}
