package io.millrace.registry.access;

import io.millrace.common.error.StoreFailure;
import io.millrace.registry.search.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

@ApplicationScoped
class AccessStore {

    private final DataSource dataSource;
    private final Access access;

    AccessStore(DataSource dataSource, Access access) {
        this.dataSource = dataSource;
        this.access = access;
    }

    /** Whether the caller has a level on a thing; none when there is no such thing, or the caller may not see it. */
    Optional<Boolean> permits(Protected kind, String id, Level level) {
        Condition seen = condition(kind, Level.READ);
        Condition may = condition(kind, level);
        String sql = "select " + may.sql() + " from " + kind.things() + " x where x." + kind.id() + " = "
                + kind.parameter() + " and " + seen.sql();
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            int index = may.bind(1, statement::setObject);
            statement.setString(index, id);
            seen.bind(index + 1, statement::setObject);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getBoolean(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read access", e);
        }
    }

    private Condition condition(Protected kind, Level level) {
        String column = "x." + kind.id();
        return switch (kind) {
            case EXPERIMENT -> access.experiments(column, level);
            case MODEL -> access.models(column, level);
        };
    }
}
