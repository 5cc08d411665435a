package io.millrace.serving.testing;

import io.millrace.common.testing.PostgresForTests;
import java.sql.Connection;
import java.sql.SQLException;

/** Writes what the registry would write, with its role. */
public final class RegistryRows {

    private final PostgresForTests postgres;

    public RegistryRows(PostgresForTests postgres) {
        this.postgres = postgres;
    }

    public void version(String model, int version) {
        run(
                """
                insert into registry.run (run_id, experiment_id, name, start_at, caused_by)
                values (md5('%1$s-%2$d'), 0, 'test', now(), 'user:test') on conflict do nothing""".formatted(model, version),
                "insert into registry.model (name) values ('%s') on conflict do nothing".formatted(model),
                """
                insert into registry.model_version (model, version, run_id, path, format, signature, caused_by, created_by)
                values ('%1$s', %2$d, md5('%1$s-%2$d'), 'model', 'tribuo', '{}', 'run:test', 'test')
                on conflict do nothing""".formatted(model, version));
    }

    /** Moves an alias and notifies, in one transaction. */
    public void alias(String model, String alias, int version) {
        run("""
                insert into registry.alias (model, alias, version, revision) values ('%1$s', '%2$s', %3$d, 1)
                on conflict (model, alias) do update set version = %3$d, revision = alias.revision + 1""".formatted(model, alias, version), """
                insert into registry.event (type, subject, data, caused_by)
                values ('registry.alias.changed', '%1$s', '{"model": "%1$s"}', 'user:test')""".formatted(model));
    }

    public void dropAlias(String model, String alias) {
        run("delete from registry.alias where model = '%s' and alias = '%s'".formatted(model, alias));
    }

    private void run(String... statements) {
        try (Connection connection = postgres.connectAs("registry");
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
