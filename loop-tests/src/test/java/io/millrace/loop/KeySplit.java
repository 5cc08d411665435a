package io.millrace.loop;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.client.Api;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/** Asks a serving-service for a prediction by each of many keys, and keeps which arm answered. */
final class KeySplit {

    private static final int AT_ONCE = 64;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String token;
    private final String endpoint;
    private final Map<String, ?> row;
    private final int keys;

    KeySplit(String token, String endpoint, Map<String, ?> row, int keys) {
        this.token = token;
        this.endpoint = endpoint;
        this.row = row;
        this.keys = keys;
    }

    /** The arm by key. */
    Map<String, String> arms(String url) {
        Map<String, String> arms = new ConcurrentHashMap<>();
        Semaphore free = new Semaphore(AT_ONCE);
        CompletableFuture<?>[] asked = IntStream.range(0, keys)
                .mapToObj(i -> ask(url, "user-" + i, arms, free))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(asked).join();
        return arms;
    }

    private CompletableFuture<Void> ask(String url, String key, Map<String, String> arms, Semaphore free) {
        free.acquireUninterruptibly();
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v1/endpoints/" + endpoint + "/predict"))
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(
                            Api.JSON.writeValueAsBytes(Map.of("inputs", row, "key", key))))
                    .build();
            return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                    .whenComplete((answer, failure) -> free.release())
                    .thenAccept(answer -> arms.put(key, arm(answer)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String arm(HttpResponse<byte[]> answer) {
        try {
            JsonNode body = Api.JSON.readTree(answer.body());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(answer.statusCode() + " " + body);
            }
            return body.path("arm").asText();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
