package io.millrace.common.probe;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import javax.sql.DataSource;

@ApplicationScoped
class ProbeStore {

    private final DataSource dataSource;

    ProbeStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    int one() {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery("select 1")) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw StoreFailure.of("read one", e);
        }
    }
}
