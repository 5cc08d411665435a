package io.millrace.serving.feedback;

import io.millrace.common.error.StoreFailure;
import io.millrace.serving.feedback.Feedback.ByKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** SQL of {@code serving.feedback}. */
@ApplicationScoped
class FeedbackStore {

    private final DataSource database;

    FeedbackStore(DataSource database) {
        this.database = database;
    }

    /** The newest truth of a prediction. */
    record Latest(
            int sequence, @Nullable Double truth, @Nullable String label) {}

    /** A truth with its place among those of its prediction. */
    record Numbered(UUID predictionId, Feedback feedback, int sequence) {}

    /**
     * Makes other transactions with the same predictions wait for this one. The ids share some 16384 locks, taken in
     * ascending order, so transactions neither fill the lock table nor wait for each other in a circle.
     */
    void lock(Collection<UUID> predictions) {
        long[] locks = predictions.stream()
                .mapToLong(id -> id.hashCode() & 0x3fff)
                .sorted()
                .distinct()
                .toArray();
        // More than a few locks are as good as one for all: bulk feedback comes one request after the other.
        boolean many = locks.length > 64;
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        many ? "select pg_advisory_xact_lock(hashtext('serving.feedback'))" : """
                                  select pg_advisory_xact_lock_shared(hashtext('serving.feedback'))
                                  union all
                                  select pg_advisory_xact_lock(hashtext('serving.feedback.prediction'), lock::integer)
                                    from unnest(?::bigint[]) as lock""")) {
            if (!many) {
                Object[] boxed = java.util.Arrays.stream(locks).boxed().toArray();
                statement.setArray(1, connection.createArrayOf("bigint", boxed));
            }
            statement.execute();
        } catch (SQLException e) {
            throw StoreFailure.of("lock feedback", e);
        }
    }

    /** For each key the ids of its last prediction: one, several of the same time, or absent. */
    Map<ByKey, List<UUID>> find(List<ByKey> keys) {
        Map<ByKey, List<UUID>> found = new HashMap<>();
        if (keys.isEmpty()) {
            return found;
        }
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select asked.n, last.id, last.event_at
                          from unnest(?::integer[], ?::text[], ?::text[], ?::text[]) as asked (n, endpoint, key, at)
                         cross join lateral (
                               select p.id, p.event_at
                                 from serving.prediction p
                                where p.endpoint = asked.endpoint and p.route_key = asked.key and p.role = 'primary'
                                  and p.event_at <= coalesce(asked.at::timestamptz, 'infinity')
                                order by p.event_at desc
                                limit 2) as last
                         order by asked.n, last.event_at desc""")) {
            int size = keys.size();
            Integer[] numbers = new Integer[size];
            @Nullable String[] times = new @Nullable String[size];
            for (int i = 0; i < size; i++) {
                Instant at = keys.get(i).at();
                numbers[i] = i;
                times[i] = at == null ? null : at.atOffset(ZoneOffset.UTC).toString();
            }
            statement.setArray(1, connection.createArrayOf("integer", numbers));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", keys.stream().map(ByKey::endpoint).toArray()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "text", keys.stream().map(ByKey::key).toArray()));
            statement.setArray(4, connection.createArrayOf("text", times));
            Map<ByKey, Object> newest = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ByKey key = keys.get(row.getInt("n"));
                    Object time = row.getObject("event_at");
                    Object first = newest.putIfAbsent(key, time);
                    if (first == null || first.equals(time)) {
                        found.computeIfAbsent(key, k -> new ArrayList<>()).add(row.getObject("id", UUID.class));
                    }
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("find predictions by key", e);
        }
    }

    Map<UUID, Latest> latest(Collection<UUID> predictions) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select distinct on (prediction_id) prediction_id, sequence, truth, truth_label
                          from serving.feedback
                         where prediction_id = any (?)
                         order by prediction_id, sequence desc""")) {
            statement.setArray(1, connection.createArrayOf("uuid", predictions.toArray()));
            Map<UUID, Latest> latest = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    latest.put(
                            row.getObject("prediction_id", UUID.class),
                            new Latest(
                                    row.getInt("sequence"),
                                    row.getObject("truth", Double.class),
                                    row.getString("truth_label")));
                }
            }
            return latest;
        } catch (SQLException e) {
            throw StoreFailure.of("read feedback", e);
        }
    }

    void insert(List<Numbered> numbered, String source) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        insert into serving.feedback (prediction_id, sequence, truth, truth_label, observed_at, source)
                        select item.prediction_id, item.sequence, item.truth, item.truth_label,
                               item.observed_at::timestamptz, ?
                          from unnest(?::uuid[], ?::integer[], ?::double precision[], ?::text[], ?::text[])
                            as item (prediction_id, sequence, truth, truth_label, observed_at)""")) {
            int size = numbered.size();
            UUID[] ids = new UUID[size];
            Integer[] sequences = new Integer[size];
            @Nullable Double[] truths = new @Nullable Double[size];
            @Nullable String[] labels = new @Nullable String[size];
            String[] observed = new String[size];
            for (int i = 0; i < size; i++) {
                Feedback feedback = numbered.get(i).feedback();
                ids[i] = numbered.get(i).predictionId();
                sequences[i] = numbered.get(i).sequence();
                truths[i] = feedback.truth();
                labels[i] = feedback.label();
                observed[i] = feedback.observedAt().atOffset(ZoneOffset.UTC).toString();
            }
            statement.setString(1, source);
            statement.setArray(2, connection.createArrayOf("uuid", ids));
            statement.setArray(3, connection.createArrayOf("integer", sequences));
            statement.setArray(4, connection.createArrayOf("double precision", truths));
            statement.setArray(5, connection.createArrayOf("text", labels));
            statement.setArray(6, connection.createArrayOf("text", observed));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("store feedback", e);
        }
    }
}
