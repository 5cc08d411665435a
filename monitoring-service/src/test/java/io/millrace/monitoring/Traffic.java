package io.millrace.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.statistics.drift.Profile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the other services would have written. */
public final class Traffic {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PostgresForTests postgres;
    private final String endpoint;
    private final String model;

    public Traffic(PostgresForTests postgres, String name) {
        this.postgres = postgres;
        this.endpoint = name;
        this.model = name;
        postgres.execute("insert into registry.model (name) values ('" + model + "')");
    }

    /** A version that learned from data of this profile. */
    public void version(int version, @Nullable Profile profile) {
        run(
                "insert into registry.model_version (model, version, format, signature, profile, caused_by, created_by)"
                        + " values (?, ?, 'test', ?::jsonb, ?::jsonb, 'test', 'test')",
                model,
                version,
                text(Map.of("task", "BINARY", "classes", List.of("no", "yes"))),
                profile == null ? null : text(profile));
    }

    /** One answered request; returns its id. */
    public UUID prediction(int version, Instant at, Map<String, ?> inputs, @Nullable Double score) {
        UUID id = UUID.randomUUID();
        run(
                "insert into serving.prediction (id, endpoint, arm, role, model, version, event_at, received_at, request_id,"
                        + " inputs, score, latency_us) values (?, ?, 'champion', 'primary', ?, ?, ?, ?, 'r', ?::json, ?, 1)",
                id,
                endpoint,
                model,
                version,
                at.atOffset(ZoneOffset.UTC),
                at.atOffset(ZoneOffset.UTC),
                text(inputs),
                score);
        return id;
    }

    /** What really happened; a later sequence corrects an earlier one. */
    public void truth(UUID prediction, int sequence, double truth) {
        run(
                "insert into serving.feedback (prediction_id, sequence, truth, observed_at, source) values (?, ?, ?, ?, 'test')",
                prediction,
                sequence,
                truth,
                OffsetDateTime.now(ZoneOffset.UTC));
    }

    private void run(String sql, @Nullable Object... arguments) {
        try (Connection connection = postgres.connect();
                var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
