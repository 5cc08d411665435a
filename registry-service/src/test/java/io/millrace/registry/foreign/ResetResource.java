package io.millrace.registry.foreign;

import io.millrace.common.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Empties the registry, for test suites of others that start from nothing. Part of the tests only, in no package that runs. */
@Path("/test/reset")
@RolesAllowed(Roles.ADMIN)
public class ResetResource {

    private static final String RESET = """
            do $$
            begin
                create temp table kept on commit drop as select * from registry.experiment where experiment_id = 0;
                execute (select 'truncate ' || string_agg(format('%I.%I', schemaname, tablename), ', ')
                                || ' restart identity cascade'
                           from pg_tables
                          where schemaname = 'registry' and tablename <> 'token');
                insert into registry.experiment overriding system value select * from kept;
                update registry.experiment set lifecycle_stage = 'active';
            end
            $$
            """;

    private final String url;

    ResetResource(@ConfigProperty(name = "quarkus.datasource.jdbc.url") String url) {
        this.url = url;
    }

    /** As the superuser: the service itself has no right to delete histories. */
    @POST
    public void reset() throws SQLException {
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute(RESET);
        }
    }
}
