package io.millrace.common.health;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

@ApplicationScoped
class SchemaStore {

    private final DataSource dataSource;

    SchemaStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    Optional<String> version() {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement("select version from contract.schema_version_v1");
                ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        } catch (SQLException e) {
            throw StoreFailure.of("read schema version", e);
        }
    }
}
