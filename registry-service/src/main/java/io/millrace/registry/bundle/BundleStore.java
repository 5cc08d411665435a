package io.millrace.registry.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.error.StoreFailure;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.bundle.BundleTable.Of;
import io.millrace.registry.search.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Rows as JSON objects, out of the tables and into them. */
@ApplicationScoped
class BundleStore {

    private static final int FETCH = 1000;

    private static final String LOGGED_MODELS = """
            select distinct m.model_id
              from registry.model_version v
              join registry.logged_model m on m.model_id = v.logged_model_id
             where v.model = ? and v.status <> 'DELETED' and
            """;

    /** The runs that made the versions, or the logged models that became versions. */
    private static final String RUNS = """
            select distinct r.run_id
              from registry.model_version v
              left join registry.logged_model m on m.model_id = v.logged_model_id
              join registry.run r on r.run_id in (v.run_id, m.source_run_id)
             where v.model = ? and v.status <> 'DELETED' and
            """;

    private static final String EXPERIMENTS = """
            select distinct x.experiment_id::text
              from (select experiment_id from registry.run where run_id = any (?)
                    union all
                    select experiment_id from registry.logged_model where model_id = any (?)) x
            """;

    private static final String FILES = """
            select b.sha256, b.size_bytes
              from registry.blob b
             where b.sha256 in (select f.sha256 from registry.version_file f
                                  join registry.model_version v on v.model = f.model and v.version = f.version
                                 where v.model = ? and v.status <> 'DELETED'
                                union all
                                select a.sha256 from registry.artifact a where a.owner_id = any (?))
            """;

    private static final String COLUMNS = """
            select column_name
              from information_schema.columns
             where table_schema = 'registry' and table_name = ? and is_generated = 'NEVER'
               and identity_generation is distinct from 'ALWAYS'
            """;

    private final DataSource dataSource;
    private final Access access;

    /** What rows of each table may have; the same as long as the service runs. */
    private final Map<BundleTable, Set<String>> columns = new ConcurrentHashMap<>();

    BundleStore(DataSource dataSource, Access access) {
        this.dataSource = dataSource;
        this.access = access;
    }

    /** What goes along with a model. */
    record Parts(String model, List<String> experiments, List<String> runs, List<String> loggedModels) {

        List<String> owners() {
            List<String> owners = new ArrayList<>(runs);
            owners.addAll(loggedModels);
            return owners;
        }
    }

    /** What the caller sees of what the model's versions were made of. */
    Parts parts(String model) {
        try (Connection connection = dataSource.getConnection()) {
            List<String> runs = ids(connection, RUNS, model, access.experiments("r.experiment_id", Level.READ));
            List<String> logged =
                    ids(connection, LOGGED_MODELS, model, access.experiments("m.experiment_id", Level.READ));
            try (var statement = connection.prepareStatement(EXPERIMENTS)) {
                statement.setArray(1, texts(connection, runs));
                statement.setArray(2, texts(connection, logged));
                return new Parts(model, texts(statement), runs, logged);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read what a model was made of", e);
        }
    }

    private static List<String> ids(Connection connection, String sql, String model, Condition seen)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql + seen.sql())) {
            statement.setString(1, model);
            seen.bind(2, statement::setObject);
            return texts(statement);
        }
    }

    private static List<String> texts(PreparedStatement statement) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return found;
    }

    private static java.sql.Array texts(Connection connection, List<String> values) throws SQLException {
        return connection.createArrayOf("text", values.toArray());
    }

    /** Sizes of all files by digest. */
    Map<String, Long> files(Parts parts) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(FILES)) {
            statement.setString(1, parts.model());
            statement.setArray(2, texts(connection, parts.owners()));
            Map<String, Long> files = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    files.put(row.getString(1), row.getLong(2));
                }
            }
            return files;
        } catch (SQLException e) {
            throw StoreFailure.of("list files of a bundle", e);
        }
    }

    /** Writes a table's rows into a file, one JSON object a line. */
    void dump(BundleTable table, Parts parts, Path file) throws IOException {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(table.select());
                BufferedWriter out = Files.newBufferedWriter(file)) {
            statement.setFetchSize(FETCH);
            if (table.of() == Of.MODEL) {
                statement.setString(1, parts.model());
            } else {
                statement.setArray(
                        1,
                        texts(
                                connection,
                                switch (table.of()) {
                                    case EXPERIMENTS -> parts.experiments();
                                    case RUNS -> parts.runs();
                                    case LOGGED_MODELS -> parts.loggedModels();
                                    default -> parts.owners();
                                }));
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    out.write(row.getString(1));
                    out.write('\n');
                }
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read rows of " + table.table(), e);
        }
    }

    /**
     * Adds rows that are not there.
     *
     * @param key column to answer of the rows that were added
     */
    List<String> add(BundleTable table, List<ObjectNode> rows, String key) {
        Set<String> given = rows.stream()
                .flatMap(row -> row.properties().stream())
                .map(property -> property.getKey())
                .collect(Collectors.toSet());
        try (Connection connection = dataSource.getConnection()) {
            String list =
                    columns(connection, table).stream().filter(given::contains).collect(Collectors.joining(", "));
            try (var statement = connection.prepareStatement("insert into registry." + table.table() + " (" + list
                    + ") select " + list + " from jsonb_populate_recordset(null::registry." + table.table()
                    + ", ?::jsonb) on conflict do nothing returning " + key + "::text")) {
                statement.setString(1, rows.toString());
                return texts(statement);
            }
        } catch (SQLException e) {
            throw failure(table, e);
        }
    }

    /** Rows that the table does not take are the bundle's fault: classes 22 (data) and 23 (constraints) of SQLSTATE. */
    private static RuntimeException failure(BundleTable table, SQLException e) {
        @Nullable String state = e.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"))
                ? PlatformException.invalid("/" + table.entry(), "has a row that the registry cannot keep")
                : StoreFailure.of("add rows of " + table.table(), e);
    }

    private Set<String> columns(Connection connection, BundleTable table) throws SQLException {
        Set<String> known = columns.get(table);
        if (known == null) {
            try (var statement = connection.prepareStatement(COLUMNS)) {
                statement.setString(1, table.table());
                known = new LinkedHashSet<>(texts(statement));
            }
            columns.put(table, known);
        }
        return known;
    }
}
