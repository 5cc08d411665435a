package io.millrace.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.db.MigratorConfig.BootstrapToken;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationIT {

    private static final String HASH = "0123456789abcdef".repeat(4);

    private static final String STATE = """
            select n.nspname, c.relkind, c.relname
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ('registry', 'pipeline', 'serving', 'monitoring', 'contract')
             order by n.nspname, c.relname
            """;

    @TempDir
    Path directory;

    @Test
    void reachesTheLatestSchemaFromNothingAndTheSecondTimeIsHarmless() throws Exception {
        try (TestStore store = TestStore.empty(directory, false)) {
            MigratorConfig config = store.config(Map.of(), List.of());

            int first = Migrator.migrate(config);
            List<String> state = store.rows(STATE);
            int second = Migrator.migrate(config);

            assertThat(first)
                    .isPositive()
                    .isEqualTo(store.rows("select version from public.flyway_schema_history where success")
                            .size());
            assertThat(second).isZero();
            assertThat(store.rows(STATE)).isEqualTo(state);
            assertThat(state)
                    .contains("registry r model_version", "pipeline r run", "serving p prediction")
                    .contains("monitoring r drift_window", "contract v schema_version_v1");
            assertThat(store.rows("select version from contract.schema_version_v1"))
                    .isEqualTo(store.rows("select max(version) from public.flyway_schema_history"));
        }
    }

    @Test
    void migratesASecondDatabaseOfTheSameCluster() throws Exception {
        try (TestStore store = TestStore.migrated(directory)) {
            store.execute("create database other");
            String other = store.url().replaceAll("/postgres$", "/other");

            int applied = Migrator.migrate(new MigratorConfig(other, "postgres", "", Map.of(), List.of()));

            assertThat(store.rows("select version from public.flyway_schema_history"))
                    .hasSize(applied);
        }
    }

    @Test
    void setsPasswordsWhateverCharactersTheyHave() throws Exception {
        try (TestStore store = TestStore.empty(directory, true)) {
            Migrator.migrate(
                    store.config(Map.of("registry", "it's a \\ \"secret\" $1", "serving", "other"), List.of()));

            try (Connection connection = store.connectAs("millrace_registry", "it's a \\ \"secret\" $1")) {
                assertThat(connection.isValid(5)).isTrue();
            }
            assertThatThrownBy(() -> store.connectAs("millrace_registry", "other"))
                    .hasMessageContaining("password authentication failed");
            assertThatThrownBy(() -> store.connectAs("millrace_pipeline", "")).hasMessageContaining("password");
        }
    }

    @Test
    void makesSureOfATokenOnceAndRevivesOneThatWasRevoked() throws Exception {
        try (TestStore store = TestStore.empty(directory, false)) {
            Migrator.migrate(store.config(Map.of(), List.of(new BootstrapToken("admin", List.of("admin"), HASH))));
            store.execute("update registry.token set revoked_at = now()");
            assertThat(store.rows("select name from registry.token_v1")).isEmpty();

            Migrator.migrate(
                    store.config(Map.of(), List.of(new BootstrapToken("root", List.of("viewer", "engineer"), HASH))));

            assertThat(store.rows("select name, roles, hash from registry.token_v1"))
                    .containsExactly("root {viewer,engineer} " + HASH);
        }
    }

    @Test
    void namesEveryConstraintAndDescribesEveryTable() throws Exception {
        try (TestStore store = TestStore.migrated(directory)) {
            assertThat(store.rows("""
                            select c.conrelid::regclass, c.conname
                              from pg_constraint c
                              join pg_namespace n on n.oid = c.connamespace
                             where n.nspname in ('registry', 'pipeline', 'serving', 'monitoring')
                               and c.contype in ('p', 'u', 'f', 'c')
                               and c.conname !~ '_(pk|uq|fk|ck)$'
                               and c.conname !~ '^qrtz_'
                            """)).isEmpty();
            assertThat(store.rows("""
                            select n.nspname, c.relname
                              from pg_class c
                              join pg_namespace n on n.oid = c.relnamespace
                             where n.nspname in ('registry', 'pipeline', 'serving', 'monitoring')
                               and c.relkind in ('r', 'p')
                               and c.relname !~ '^qrtz_'
                               and obj_description(c.oid, 'pg_class') is null
                            """)).isEmpty();
        }
    }
}
