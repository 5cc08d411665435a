package io.millrace.db;

import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.EmbeddedPostgres.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server of its own, so that a test may also look at what belongs to the whole cluster: roles and passwords. */
final class TestStore implements AutoCloseable {

    private final EmbeddedPostgres server;

    private TestStore(EmbeddedPostgres server) {
        this.server = server;
    }

    /** An empty database, secured as the launcher does it when {@code durable}. */
    static TestStore empty(Path directory, boolean durable) throws IOException {
        return new TestStore(EmbeddedPostgres.start(new Options(directory, 0, durable)));
    }

    static TestStore migrated(Path directory) throws IOException, SQLException {
        TestStore store = empty(directory, false);
        Migrator.migrate(store.config(Map.of(), List.of()));
        return store;
    }

    MigratorConfig config(Map<String, String> rolePasswords, List<MigratorConfig.BootstrapToken> tokens) {
        return new MigratorConfig(url(), EmbeddedPostgres.USER, server.password(), rolePasswords, tokens);
    }

    String url() {
        return server.jdbcUrl("postgres");
    }

    String password() {
        return server.password();
    }

    Connection connect() throws SQLException {
        return server.connect();
    }

    Connection connectAs(String role, String password) throws SQLException {
        return DriverManager.getConnection(url(), role, password);
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Every row, its columns joined by a blank. */
    List<String> rows(String sql) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                List<String> cells = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    cells.add(found.getString(i));
                }
                rows.add(String.join(" ", cells));
            }
            return rows;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
