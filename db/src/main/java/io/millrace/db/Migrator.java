package io.millrace.db;

import io.millrace.db.MigratorConfig.BootstrapToken;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.flywaydb.core.Flyway;

/** Applies all migrations as one history, then sets the passwords of the login roles and makes sure of the first tokens. */
public final class Migrator {

    private static final String TOKEN = """
            insert into registry.token (name, hash, roles)
            values (?, ?, ?)
            on conflict on constraint token_hash_uq do update set
                   name = excluded.name, roles = excluded.roles, revoked_at = null
            """;

    private Migrator() {}

    /**
     * Running it again is harmless.
     *
     * @return how many migrations were applied
     * @throws SQLException when the database refuses
     */
    public static int migrate(MigratorConfig config) throws SQLException {
        int applied = Flyway.configure(Migrator.class.getClassLoader())
                .dataSource(config.url(), config.user(), config.password())
                .locations("classpath:db/migration")
                .defaultSchema("public")
                .connectRetries(10)
                .load()
                .migrate()
                .migrationsExecuted;
        try (Connection connection = DriverManager.getConnection(config.url(), config.user(), config.password())) {
            for (Map.Entry<String, String> entry : config.rolePasswords().entrySet()) {
                setPassword(connection, "millrace_" + entry.getKey(), entry.getValue());
            }
            for (BootstrapToken token : config.tokens()) {
                addToken(connection, token);
            }
        }
        return applied;
    }

    /** ALTER ROLE takes no parameters, so the server itself quotes the words. */
    private static void setPassword(Connection connection, String role, String password) throws SQLException {
        String statement;
        try (var quote = connection.prepareStatement("select format('alter role %I password %L', ?::text, ?::text)")) {
            quote.setString(1, role);
            quote.setString(2, password);
            try (var row = quote.executeQuery()) {
                row.next();
                statement = row.getString(1);
            }
        }
        try (var alter = connection.createStatement()) {
            alter.execute(statement);
        }
    }

    private static void addToken(Connection connection, BootstrapToken token) throws SQLException {
        try (var statement = connection.prepareStatement(TOKEN)) {
            statement.setString(1, token.name());
            statement.setString(2, token.sha256());
            statement.setArray(3, connection.createArrayOf("text", token.roles().toArray()));
            statement.executeUpdate();
        }
    }
}
