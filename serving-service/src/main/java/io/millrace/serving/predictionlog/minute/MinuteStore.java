package io.millrace.serving.predictionlog.minute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import io.millrace.serving.predictionlog.minute.MinuteProfile.Numbers;
import io.millrace.serving.predictionlog.minute.MinuteProfiles.Closed;
import io.millrace.serving.predictionlog.minute.MinuteProfiles.Key;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;

/** SQL of {@code serving.prediction_minute}. */
@ApplicationScoped
class MinuteStore {

    private final DataSource database;
    private final ObjectMapper json;

    MinuteStore(DataSource database, ObjectMapper json) {
        this.database = database;
        this.json = json;
    }

    /** Stores what is not there yet. */
    void insert(List<Closed> minutes) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        insert into serving.prediction_minute (endpoint, arm, role, model, version, minute, part,
                               row_count, logged_count, score_count, score_sum, score_square_sum, score_min, score_max,
                               latency_us_sum, latency_buckets, labels, decisions, columns)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb)
                        on conflict on constraint prediction_minute_pk do nothing""")) {
            for (Closed minute : minutes) {
                Key key = minute.key();
                MinuteProfile profile = minute.profile();
                Numbers score = profile.score();
                statement.setString(1, key.endpoint());
                statement.setString(2, key.arm());
                statement.setString(3, key.role());
                statement.setString(4, key.model());
                statement.setInt(5, key.version());
                statement.setObject(6, key.minute().atOffset(ZoneOffset.UTC));
                statement.setObject(7, minute.part());
                statement.setLong(8, profile.rows());
                statement.setLong(9, profile.logged());
                statement.setLong(10, score.count());
                statement.setDouble(11, score.sum());
                statement.setDouble(12, score.squares());
                statement.setObject(13, score.min());
                statement.setObject(14, score.max());
                statement.setLong(15, profile.latencySum());
                statement.setArray(
                        16,
                        connection.createArrayOf(
                                "bigint",
                                Arrays.stream(profile.latency()).boxed().toArray()));
                statement.setString(17, text(profile.labels()));
                statement.setString(18, text(profile.decisions()));
                statement.setString(19, text(profile.columns()));
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("store minutes of predictions", e);
        }
    }

    private String text(Object value) {
        try {
            // PostgreSQL's jsonb has no place for the character 0.
            return json.writeValueAsString(value).replace("\\u0000", "\\uFFFD");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a minute cannot be written as JSON", e);
        }
    }
}
