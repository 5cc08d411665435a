package io.millrace.pipeline.definition;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

@ApplicationScoped
class DefinitionStore {

    private static final String COLUMNS =
            "select name, revision, yaml, spec_hash, model, created_by, created_at from pipeline.definition";

    private static final String ADD = """
            insert into pipeline.definition (name, revision, yaml, spec, spec_hash, model, created_by, created_at)
            values (?, ?, ?, ?::jsonb, ?, ?, ?, ?)
            """;

    /** Saves of one pipeline follow each other; the lock ends with the transaction. */
    private static final String LOCK = "select pg_advisory_xact_lock(hashtext('definition/' || ?))";

    private static final String LATEST = COLUMNS + " where name = ? order by revision desc limit 1";

    private static final String LIST = """
            select distinct on (name) name, revision, yaml, spec_hash, model, created_by, created_at
              from pipeline.definition
             where name > ?
             order by name, revision desc
             limit ?
            """;

    private final DataSource dataSource;

    DefinitionStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void lock(String name) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LOCK)) {
            statement.setString(1, name);
            statement.execute();
        } catch (SQLException e) {
            throw StoreFailure.of("lock pipeline", e);
        }
    }

    void add(Definition d, String specJson) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            statement.setString(1, d.name());
            statement.setInt(2, d.revision());
            statement.setString(3, d.yaml());
            statement.setString(4, specJson);
            statement.setString(5, d.specHash());
            statement.setString(6, d.model());
            statement.setString(7, d.createdBy());
            statement.setObject(8, d.createdAt().atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("save pipeline", e);
        }
    }

    Optional<Definition> latest(String name) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LATEST)) {
            statement.setString(1, name);
            return read(statement).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("read pipeline", e);
        }
    }

    Optional<Definition> find(String name, int revision) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(COLUMNS + " where name = ? and revision = ?")) {
            statement.setString(1, name);
            statement.setInt(2, revision);
            return read(statement).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("read pipeline", e);
        }
    }

    /** The latest revision of each pipeline, by name after {@code after}. */
    List<Definition> list(String after, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST)) {
            statement.setString(1, after);
            statement.setInt(2, limit);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("list pipelines", e);
        }
    }

    private static List<Definition> read(PreparedStatement statement) throws SQLException {
        List<Definition> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(new Definition(
                        row.getString("name"),
                        row.getInt("revision"),
                        row.getString("yaml"),
                        row.getString("spec_hash"),
                        row.getString("model"),
                        row.getString("created_by"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()));
            }
        }
        return found;
    }
}
