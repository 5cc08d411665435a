package io.millrace.monitoring.monitor;

import io.millrace.common.error.StoreFailure;
import io.millrace.monitoring.monitor.Monitor.DriftLimits;
import io.millrace.monitoring.monitor.Monitor.QualityLimit;
import io.millrace.monitoring.monitor.Monitor.RetrainMode;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class MonitorStore {

    private static final String COLUMNS = """
            endpoint, model, pipeline, window_seconds, lateness_seconds, idle_seconds, min_rows, psi_warn, psi_fire,
            drift_share, ks_alpha, null_rate_fire, quality_metric, quality_limit, retrain_mode, cooldown_seconds,
            windows_to_fire, revision
            """;

    private static final String SAVE = """
            insert into monitoring.monitor as m (
                   endpoint, model, pipeline, window_seconds, lateness_seconds, idle_seconds, min_rows, psi_warn,
                   psi_fire, drift_share, ks_alpha, null_rate_fire, quality_metric, quality_limit, retrain_mode,
                   cooldown_seconds, windows_to_fire)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict on constraint monitor_pk do update set
                   model = excluded.model, pipeline = excluded.pipeline, window_seconds = excluded.window_seconds,
                   lateness_seconds = excluded.lateness_seconds, idle_seconds = excluded.idle_seconds,
                   min_rows = excluded.min_rows, psi_warn = excluded.psi_warn, psi_fire = excluded.psi_fire,
                   drift_share = excluded.drift_share, ks_alpha = excluded.ks_alpha,
                   null_rate_fire = excluded.null_rate_fire, quality_metric = excluded.quality_metric,
                   quality_limit = excluded.quality_limit, retrain_mode = excluded.retrain_mode,
                   cooldown_seconds = excluded.cooldown_seconds, windows_to_fire = excluded.windows_to_fire,
                   revision = m.revision + 1, updated_at = now()
            """;

    private final DataSource dataSource;

    MonitorStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void save(Monitor m) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SAVE)) {
            bind(statement, m);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("save monitor", e);
        }
    }

    Optional<Monitor> find(String endpoint) {
        List<Monitor> found = query(" where endpoint = ?", endpoint);
        return found.stream().findFirst();
    }

    /** Monitors after {@code afterEndpoint} by name, at most {@code limit}. */
    List<Monitor> list(String afterEndpoint, int limit) {
        return query(" where endpoint > ? order by endpoint limit " + limit, afterEndpoint);
    }

    boolean delete(String endpoint) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement("delete from monitoring.monitor where endpoint = ?")) {
            statement.setString(1, endpoint);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("delete monitor", e);
        }
    }

    private List<Monitor> query(String condition, String argument) {
        try (var connection = dataSource.getConnection();
                var statement =
                        connection.prepareStatement("select " + COLUMNS + " from monitoring.monitor" + condition)) {
            statement.setString(1, argument);
            List<Monitor> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(read(row));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("read monitors", e);
        }
    }

    private static void bind(PreparedStatement statement, Monitor m) throws SQLException {
        statement.setString(1, m.endpoint());
        statement.setString(2, m.model());
        statement.setString(3, m.pipeline());
        statement.setLong(4, m.window().toSeconds());
        statement.setLong(5, m.lateness().toSeconds());
        statement.setLong(6, m.idle().toSeconds());
        statement.setInt(7, m.minRows());
        statement.setDouble(8, m.drift().psiWarn());
        statement.setDouble(9, m.drift().psiFire());
        statement.setDouble(10, m.drift().columnShare());
        statement.setDouble(11, m.drift().ksAlpha());
        statement.setDouble(12, m.drift().nullRate());
        QualityLimit quality = m.quality();
        if (quality == null) {
            statement.setNull(13, Types.VARCHAR);
            statement.setNull(14, Types.DOUBLE);
        } else {
            statement.setString(13, quality.metric());
            statement.setDouble(14, quality.limit());
        }
        statement.setString(15, m.retrainMode().name().toLowerCase(Locale.ROOT));
        statement.setLong(16, m.cooldown().toSeconds());
        statement.setInt(17, m.windowsToFire());
    }

    private static Monitor read(ResultSet row) throws SQLException {
        @Nullable String metric = row.getString("quality_metric");
        return new Monitor(
                row.getString("endpoint"),
                row.getString("model"),
                row.getString("pipeline"),
                Duration.ofSeconds(row.getLong("window_seconds")),
                Duration.ofSeconds(row.getLong("lateness_seconds")),
                Duration.ofSeconds(row.getLong("idle_seconds")),
                row.getInt("min_rows"),
                new DriftLimits(
                        row.getDouble("psi_warn"),
                        row.getDouble("psi_fire"),
                        row.getDouble("drift_share"),
                        row.getDouble("ks_alpha"),
                        row.getDouble("null_rate_fire")),
                metric == null ? null : new QualityLimit(metric, row.getDouble("quality_limit")),
                RetrainMode.valueOf(row.getString("retrain_mode").toUpperCase(Locale.ROOT)),
                Duration.ofSeconds(row.getLong("cooldown_seconds")),
                row.getInt("windows_to_fire"),
                row.getLong("revision"));
    }
}
