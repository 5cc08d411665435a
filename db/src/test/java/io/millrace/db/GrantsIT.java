package io.millrace.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One writer per table: the owner's role, and nobody else reads the table itself. */
class GrantsIT {

    private static final String STRANGERS = """
            select table_schema || '.' || table_name, grantee, privilege_type
              from information_schema.role_table_grants
             where table_schema in ('registry', 'pipeline', 'serving', 'monitoring', 'contract')
               and grantee <> 'postgres'
               and grantee <> 'millrace_' || table_schema
               and (privilege_type <> 'SELECT' or table_name !~ '_v[0-9]+$')
             order by 1, 2, 3
            """;

    private static final String SEVERAL_WRITERS = """
            select table_schema || '.' || table_name, string_agg(distinct grantee, ',' order by grantee)
              from information_schema.role_table_grants
             where privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
               and table_schema in ('registry', 'pipeline', 'serving', 'monitoring', 'contract')
               and grantee <> 'postgres'
             group by 1
            having count(distinct grantee) > 1
            """;

    private static final String TABLES_WITHOUT_WRITER = """
            select t.table_schema || '.' || t.table_name
              from information_schema.tables t
             where t.table_schema in ('registry', 'pipeline', 'serving', 'monitoring')
               and t.table_type = 'BASE TABLE'
               and not exists (
                     select 1
                       from information_schema.role_table_grants g
                      where g.table_schema = t.table_schema
                        and g.table_name = t.table_name
                        and g.grantee = 'millrace_' || t.table_schema
                        and g.privilege_type = 'INSERT')
            """;

    @TempDir
    static Path directory;

    private static TestStore store;

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.migrated(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        store.close();
    }

    @Test
    void givesEveryTableExactlyOneWriter() throws SQLException {
        assertThat(store.rows(SEVERAL_WRITERS)).isEmpty();
        assertThat(store.rows(STRANGERS)).isEmpty();
        assertThat(store.rows(TABLES_WITHOUT_WRITER)).isEmpty();
    }

    @Test
    void noticesASecondWriter() throws SQLException {
        store.execute("grant update on registry.alias to millrace_serving");
        try {
            assertThat(store.rows(SEVERAL_WRITERS))
                    .containsExactly("registry.alias millrace_registry,millrace_serving");
            assertThat(store.rows(STRANGERS)).containsExactly("registry.alias millrace_serving UPDATE");
        } finally {
            store.execute("revoke update on registry.alias from millrace_serving");
        }
    }

    @Test
    void noticesAReaderOfATable() throws SQLException {
        store.execute("grant select on pipeline.run to millrace_monitoring");
        try {
            assertThat(store.rows(SEVERAL_WRITERS)).isEmpty();
            assertThat(store.rows(STRANGERS)).containsExactly("pipeline.run millrace_monitoring SELECT");
        } finally {
            store.execute("revoke select on pipeline.run from millrace_monitoring");
        }
    }

    @Test
    void refusesTheTableAndAnswersTheView() throws SQLException {
        try (Connection serving = store.connectAs("millrace_serving", "");
                var statement = serving.createStatement()) {
            assertThat(statement.execute("select model, version from registry.alias_v1"))
                    .isTrue();
            for (String refused : List.of(
                    "select model from registry.alias",
                    "insert into registry.alias_v1 (model) values ('m')",
                    "delete from registry.alias",
                    "create table registry.mine (id int)",
                    "create table public.mine (id int)")) {
                assertThatThrownBy(() -> statement.execute(refused))
                        .as(refused)
                        .hasMessageContaining("permission denied");
            }
        }
    }

    @Test
    void makesNoServiceRoleASuperuser() throws SQLException {
        assertThat(store.rows("""
                        select rolname, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls
                          from pg_roles
                         where rolname like 'millrace%'
                         order by rolname
                        """))
                .containsExactly(
                        "millrace_monitoring t f f f f",
                        "millrace_pipeline t f f f f",
                        "millrace_registry t f f f f",
                        "millrace_serving t f f f f");
    }
}
