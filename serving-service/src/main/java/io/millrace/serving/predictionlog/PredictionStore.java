package io.millrace.serving.predictionlog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Writes predictions. */
@ApplicationScoped
class PredictionStore {

    // Columns as arrays: one round trip and one plan for any number of rows. `on conflict` makes a batch that was
    // stored
    // although its answer got lost harmless to send again.
    private static final String INSERT = """
            insert into serving.prediction (id, endpoint, arm, role, model, version, event_at, received_at, request_id,
                                            route_key, inputs, score, label, decision, latency_us, caused_by)
            select id, endpoint, arm, role, model, version, event_at::timestamptz, received_at::timestamptz, request_id,
                   route_key, inputs::jsonb, score, label, decision, latency_us, 'request:' || request_id
              from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::integer[], ?::text[], ?::text[],
                          ?::text[], ?::text[], ?::text[], ?::double precision[], ?::text[], ?::text[], ?::bigint[])
                as entry (id, endpoint, arm, role, model, version, event_at, received_at, request_id, route_key, inputs,
                          score, label, decision, latency_us)
            on conflict on constraint prediction_pk do nothing""";

    private final DataSource database;
    private final ObjectMapper json;

    PredictionStore(DataSource database, ObjectMapper json) {
        this.database = database;
        this.json = json;
    }

    /** Stores all or none; how many were new. */
    int insert(List<PredictionEntry> entries) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(INSERT)) {
            Columns columns = new Columns(connection, statement, entries);
            columns.set("uuid", PredictionEntry::id);
            columns.set("text", PredictionEntry::endpoint);
            columns.set("text", PredictionEntry::arm);
            columns.set("text", PredictionEntry::role);
            columns.set("text", PredictionEntry::model);
            columns.set("integer", PredictionEntry::version);
            columns.set("text", entry -> entry.eventAt().toString());
            columns.set("text", entry -> entry.receivedAt().toString());
            columns.set("text", entry -> text(entry.requestId()));
            columns.set("text", entry -> text(entry.routeKey()));
            columns.set("text", this::inputs);
            columns.set("double precision", PredictionEntry::score);
            columns.set("text", entry -> text(entry.label()));
            columns.set("text", PredictionEntry::decision);
            columns.set("bigint", PredictionEntry::latencyMicros);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("store predictions", e);
        }
    }

    /** Sets one array parameter after the other. */
    private static final class Columns {

        private final Connection connection;
        private final PreparedStatement statement;
        private final List<PredictionEntry> entries;
        private int next = 1;

        Columns(Connection connection, PreparedStatement statement, List<PredictionEntry> entries) {
            this.connection = connection;
            this.statement = statement;
            this.entries = entries;
        }

        void set(String type, Function<PredictionEntry, @Nullable Object> value) throws SQLException {
            @Nullable Object[] values = new @Nullable Object[entries.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value.apply(entries.get(i));
            }
            statement.setArray(next++, connection.createArrayOf(type, values));
        }
    }

    private String inputs(PredictionEntry entry) {
        try {
            // PostgreSQL's jsonb has no place for the character 0.
            return json.writeValueAsString(entry.inputs()).replace("\\u0000", "\\uFFFD");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("inputs cannot be written as JSON", e);
        }
    }

    private static @Nullable String text(@Nullable String given) {
        return given == null ? null : given.replace('\0', '\uFFFD');
    }
}
