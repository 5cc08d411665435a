package io.millrace.pipeline.gate;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class GateStore {

    private static final String CLEAR = "delete from pipeline.gate_decision where run_id = ?";

    private static final String ADD = """
            insert into pipeline.gate_decision (run_id, position, rule, kind, result, severity, metric, candidate, champion,
                   difference, lower_bound, upper_bound, margin, threshold, sample_size, needed_rows, method, reason,
                   decided_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String LIST = """
            select position, rule, kind, result, severity, metric, candidate, champion, difference, lower_bound,
                   upper_bound, margin, threshold, sample_size, needed_rows, method, reason
              from pipeline.gate_decision
             where run_id = ?
             order by position
            """;

    private final DataSource dataSource;

    GateStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Replaces the decisions of a run: a step that is done again decides again. */
    void replace(UUID runId, List<GateDecision> decisions, Instant now) {
        try (var connection = dataSource.getConnection();
                var clear = connection.prepareStatement(CLEAR);
                var add = connection.prepareStatement(ADD)) {
            clear.setObject(1, runId);
            clear.executeUpdate();
            for (GateDecision d : decisions) {
                add.setObject(1, runId);
                add.setInt(2, d.position());
                add.setString(3, d.rule());
                add.setString(4, d.kind());
                add.setString(5, d.result());
                add.setString(6, d.severity());
                add.setString(7, d.metric());
                number(add, 8, d.candidate());
                number(add, 9, d.champion());
                number(add, 10, d.difference());
                number(add, 11, d.lowerBound());
                number(add, 12, d.upperBound());
                number(add, 13, d.margin());
                number(add, 14, d.threshold());
                add.setObject(15, d.sampleSize());
                add.setObject(16, d.neededRows());
                add.setString(17, d.method());
                add.setString(18, d.reason());
                add.setObject(19, now.atOffset(ZoneOffset.UTC));
                add.addBatch();
            }
            add.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("store gate decisions", e);
        }
    }

    List<GateDecision> list(UUID runId) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST)) {
            statement.setObject(1, runId);
            List<GateDecision> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new GateDecision(
                            row.getInt("position"),
                            row.getString("rule"),
                            row.getString("kind"),
                            row.getString("result"),
                            row.getString("severity"),
                            row.getString("metric"),
                            number(row, "candidate"),
                            number(row, "champion"),
                            number(row, "difference"),
                            number(row, "lower_bound"),
                            number(row, "upper_bound"),
                            number(row, "margin"),
                            number(row, "threshold"),
                            row.getObject("sample_size", Long.class),
                            row.getObject("needed_rows", Long.class),
                            row.getString("method"),
                            row.getString("reason")));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("read gate decisions", e);
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
}
