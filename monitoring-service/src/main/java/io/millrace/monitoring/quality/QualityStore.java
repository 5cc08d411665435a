package io.millrace.monitoring.quality;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class QualityStore {

    /** What is measured together: one arm with one version. */
    record Group(String arm, String model, int version) {}

    private static final String NEWEST_LABEL = """
            select max(f.received_at)
              from serving.feedback_v1 f
             where f.received_at > ?
            """;

    private static final String LAST_COMPUTED =
            "select max(computed_at) from monitoring.quality_result where endpoint = ?";

    private static final String TOUCHED = """
            select distinct floor(extract(epoch from p.event_at) / ?)::bigint * ? as start_s
              from serving.feedback_v1 f
              join serving.prediction_v1 p on p.id = f.prediction_id and p.role = 'primary'
             where f.received_at > ? and p.endpoint = ?
             order by 1
            """;

    private static final String SCORES = """
            select p.arm, p.model, p.version, p.score, f.truth, f.truth_label,
                   v.signature ->> 'task' as task, v.signature -> 'classes' ->> 1 as positive
              from serving.prediction_v1 p
              join registry.model_version_v1 v on v.model = p.model and v.version = p.version
              left join serving.feedback_v1 f on f.prediction_id = p.id
             where p.endpoint = ? and p.event_at >= ? and p.event_at < ?
             order by p.event_at, p.id
            """;

    private static final String SAVE = """
            insert into monitoring.quality_result (endpoint, arm, model, version, starts_at, ends_at, metric, value,
                   lower_bound, upper_bound, label_count, row_count, computed_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict on constraint quality_result_pk do update set
                   ends_at = excluded.ends_at, value = excluded.value, lower_bound = excluded.lower_bound,
                   upper_bound = excluded.upper_bound, label_count = excluded.label_count,
                   row_count = excluded.row_count, computed_at = excluded.computed_at
            """;

    private static final String LIST = """
            select arm, model, version, starts_at, ends_at, metric, value, lower_bound, upper_bound, label_count,
                   row_count
              from monitoring.quality_result
             where endpoint = ?
             order by starts_at desc, arm, version, metric
             limit ?
            """;

    private final DataSource dataSource;

    QualityStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    Optional<Instant> newestLabel(Instant after) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(NEWEST_LABEL)) {
            statement.setObject(1, utc(after));
            return firstInstant(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("look for labels", e);
        }
    }

    Optional<Instant> lastComputed(String endpoint) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LAST_COMPUTED)) {
            statement.setString(1, endpoint);
            return firstInstant(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("read last quality", e);
        }
    }

    /** Starts of the windows that labels received after {@code after} belong to. */
    List<Instant> touched(String endpoint, long windowSeconds, Instant after) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(TOUCHED)) {
            statement.setLong(1, windowSeconds);
            statement.setLong(2, windowSeconds);
            statement.setObject(3, utc(after));
            statement.setString(4, endpoint);
            List<Instant> starts = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    starts.add(Instant.ofEpochSecond(row.getLong(1)));
                }
            }
            return starts;
        } catch (SQLException e) {
            throw StoreFailure.of("find windows with new labels", e);
        }
    }

    /** Scores with their newest truth in {@code [from, until)} of event time, by arm and version, and the task of each. */
    Map<Group, ScoredGroup> scores(String endpoint, Instant from, Instant until) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SCORES)) {
            statement.setFetchSize(2000);
            statement.setString(1, endpoint);
            statement.setObject(2, utc(from));
            statement.setObject(3, utc(until));
            Map<Group, ScoredGroup> groups = new LinkedHashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Group group = new Group(row.getString("arm"), row.getString("model"), row.getInt("version"));
                    boolean binary = "BINARY".equals(row.getString("task"));
                    ScoredGroup scored =
                            groups.computeIfAbsent(group, g -> new ScoredGroup(binary, new LabelledScores()));
                    add(row, scored);
                }
            }
            return groups;
        } catch (SQLException e) {
            throw StoreFailure.of("read labelled predictions", e);
        }
    }

    /** Labelled scores of a group and whether its model is a binary classifier (else a regression). */
    record ScoredGroup(boolean binary, LabelledScores scores) {}

    private static void add(ResultSet row, ScoredGroup group) throws SQLException {
        double score = row.getDouble("score");
        boolean scored = !row.wasNull();
        double number = row.getDouble("truth");
        boolean hasNumber = !row.wasNull();
        String label = row.getString("truth_label");
        if (!scored || (!hasNumber && label == null)) {
            group.scores().addUnlabelled();
        } else if (hasNumber) {
            group.scores().add(number, score);
        } else {
            group.scores().add(label.equals(row.getString("positive")) ? 1 : 0, score);
        }
    }

    void save(String endpoint, List<QualityMeasure> measures, Instant computedAt) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SAVE)) {
            for (QualityMeasure m : measures) {
                statement.setString(1, endpoint);
                statement.setString(2, m.arm());
                statement.setString(3, m.model());
                statement.setInt(4, m.version());
                statement.setObject(5, utc(m.startsAt()));
                statement.setObject(6, utc(m.endsAt()));
                statement.setString(7, m.metric());
                number(statement, 8, m.value());
                number(statement, 9, m.lowerBound());
                number(statement, 10, m.upperBound());
                statement.setLong(11, m.labelCount());
                statement.setLong(12, m.rowCount());
                statement.setObject(13, utc(computedAt));
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("store quality", e);
        }
    }

    List<QualityMeasure> list(String endpoint, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST)) {
            statement.setString(1, endpoint);
            statement.setInt(2, limit);
            List<QualityMeasure> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new QualityMeasure(
                            row.getString("arm"),
                            row.getString("model"),
                            row.getInt("version"),
                            row.getObject("starts_at", OffsetDateTime.class).toInstant(),
                            row.getObject("ends_at", OffsetDateTime.class).toInstant(),
                            row.getString("metric"),
                            number(row, "value"),
                            number(row, "lower_bound"),
                            number(row, "upper_bound"),
                            row.getLong("label_count"),
                            row.getLong("row_count")));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("read quality", e);
        }
    }

    private static @Nullable Double number(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }

    private static void number(PreparedStatement statement, int index, @Nullable Double value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.DOUBLE);
        } else {
            statement.setDouble(index, value);
        }
    }

    private static Optional<Instant> firstInstant(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            OffsetDateTime found = row.next() ? row.getObject(1, OffsetDateTime.class) : null;
            return Optional.ofNullable(found).map(OffsetDateTime::toInstant);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
