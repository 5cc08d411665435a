package io.millrace.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.client.Api;
import io.millrace.cli.demo.FlightRows.Flight;
import io.millrace.cli.platform.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends flights one by one, as an application would, and afterwards what really happened. */
final class Replay {

    private static final int CLIENTS = 4;
    private static final int CHUNK = 2000;

    private final Api api;
    private final String endpoint;
    private final Story story;

    Replay(Api api, String endpoint, Story story) {
        this.api = api;
        this.endpoint = endpoint;
        this.story = story;
    }

    /** Answers by arm and version, such as {@code champion v1}. Chunks keep the event times of the clients close together. */
    Map<String, Integer> send(List<Flight> flights) {
        Map<String, Integer> answers = new TreeMap<>();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            for (int from = 0; from < flights.size(); from += CHUNK) {
                List<Flight> chunk = flights.subList(from, Math.min(flights.size(), from + CHUNK));
                ArrayNode feedback = sendChunk(chunk, clients, answers);
                api.post(ServiceName.SERVING, "/api/v1/feedback", Map.of("items", feedback));
                story.progress("%,d of %,d flights", from + chunk.size(), flights.size());
            }
            story.endProgress();
            return answers;
        } finally {
            clients.shutdownNow();
        }
    }

    private ArrayNode sendChunk(List<Flight> chunk, ExecutorService clients, Map<String, Integer> answers) {
        AtomicInteger next = new AtomicInteger();
        List<Future<List<ObjectNode>>> parts = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            parts.add(clients.submit(() -> client(chunk, next)));
        }
        ArrayNode feedback = Api.JSON.createArrayNode();
        for (Future<List<ObjectNode>> part : parts) {
            try {
                for (ObjectNode item : part.get()) {
                    answers.merge(item.remove("answeredBy").asText(), 1, Integer::sum);
                    feedback.add(item);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new IllegalStateException(e.getCause());
            }
        }
        return feedback;
    }

    private List<ObjectNode> client(List<Flight> chunk, AtomicInteger next) {
        List<ObjectNode> feedback = new ArrayList<>();
        int index;
        while ((index = next.getAndIncrement()) < chunk.size()) {
            Flight flight = chunk.get(index);
            JsonNode answer = predict(flight);
            feedback.add(Api.JSON
                    .createObjectNode()
                    .put(
                            "predictionId",
                            answer.path("predictions")
                                    .path(0)
                                    .path("predictionId")
                                    .asText())
                    .put("label", flight.late())
                    .put(
                            "answeredBy",
                            answer.path("arm").asText() + " v"
                                    + answer.path("version").asInt()));
        }
        return feedback;
    }

    /** One prediction for one flight; the flight is the key that keeps it on its arm. */
    JsonNode predict(Flight flight) {
        Map<String, Object> body = Map.of(
                "inputs",
                flight.inputs(),
                "key",
                flight.id(),
                "timestamp",
                flight.departsAt().toString());
        return api.post(ServiceName.SERVING, "/api/v1/endpoints/" + endpoint + "/predict", body);
    }
}
