package io.millrace.registry.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import io.millrace.common.http.Page;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.artifact.Artifact;
import io.millrace.registry.search.Condition;
import io.millrace.registry.search.Keyset;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class VersionStore {

    private static final TypeReference<Map<String, Double>> METRICS = new TypeReference<>() {};

    private static final String NEXT =
            "select coalesce(max(version), 0) + 1 from registry.model_version where model = ?";

    /** A run that is not one of ours is kept as the client named it, without a reference. */
    private static final String ADD = """
            insert into registry.model_version (model, version, run_id, given_run_id, path, format, signature, metrics,
                   profile, provenance, description, caused_by, created_by, created_at, updated_at, source, run_link,
                   logged_model_id)
            values (?, ?, (select r.run_id from registry.run r where r.run_id = ?), ?, nullif(?, ''), ?, ?::jsonb,
                   ?::jsonb, ?::jsonb, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String ADD_FILE =
            "insert into registry.version_file (model, version, path, sha256) values (?, ?, ?, ?)";

    private static final String COLUMNS = """
            select v.model, v.version, v.given_run_id, coalesce(v.path, '') as path, v.status, v.format,
                   v.signature::text as signature, v.metrics::text as metrics, v.profile::text as profile,
                   v.provenance::text as provenance, v.description, v.caused_by, v.created_by, v.created_at, v.updated_at,
                   v.source, v.run_link, v.logged_model_id, v.stage,
                   coalesce((select array_agg(a.alias order by a.alias) from registry.alias a
                              where a.model = v.model and a.version = v.version), '{}') as aliases,
                   coalesce((select array_agg(t.key order by t.key) from registry.version_tag t
                              where t.model = v.model and t.version = v.version), '{}') as keys,
                   coalesce((select array_agg(t.value order by t.key) from registry.version_tag t
                              where t.model = v.model and t.version = v.version), '{}') as tag_values
            """;

    private static final String FROM = " from registry.model_version v";

    private static final String LIVE = " v.status <> 'DELETED' ";

    private static final String LATEST = COLUMNS + """
              from (select distinct on (x.model, x.stage) x.*
                      from registry.model_version x
                     where x.model = any (?) and %s and x.status <> 'DELETED'
                     order by x.model, x.stage, x.version desc) v
             order by v.model, v.version
            """;

    private static final String ALL_FILES = """
            select f.version, f.path, f.sha256, b.size_bytes
              from registry.version_file f
              join registry.blob b on b.sha256 = f.sha256
             where f.model = ?
             order by f.version, f.path
            """;

    private static final String NEWEST_SIGNATURE = """
            select signature::text
              from registry.model_version
             where model = ? and status <> 'DELETED'
             order by version desc
             limit 1
            """;

    private static final String FILES = """
            select f.path, f.sha256, b.size_bytes
              from registry.version_file f
              join registry.blob b on b.sha256 = f.sha256
             where f.model = ? and f.version = ?
             order by f.path
            """;

    private final DataSource dataSource;
    private final ObjectMapper json;
    private final Access access;

    VersionStore(DataSource dataSource, ObjectMapper json, Access access) {
        this.dataSource = dataSource;
        this.access = access;
        this.json = json;
    }

    /** The next number of a model whose row the caller has locked. */
    int next(String model) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(NEXT)) {
            statement.setString(1, model);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("number version", e);
        }
    }

    /** The files of every version of a model. */
    Map<Integer, List<Artifact>> files(String model) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ALL_FILES)) {
            statement.setString(1, model);
            Map<Integer, List<Artifact>> files = new TreeMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    files.computeIfAbsent(row.getInt(1), version -> new ArrayList<>())
                            .add(new Artifact(row.getString(2), row.getString(3), row.getLong(4)));
                }
            }
            return files;
        } catch (SQLException e) {
            throw StoreFailure.of("read files of versions", e);
        }
    }

    /** The signature of the newest version, if there is one. */
    Optional<JsonNode> newestSignature(String model) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(NEWEST_SIGNATURE)) {
            statement.setString(1, model);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(json.readTree(row.getString(1))) : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read signature", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("jsonb is not JSON", e);
        }
    }

    void add(ModelVersion v) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD);
                var files = connection.prepareStatement(ADD_FILE)) {
            JsonNode profile = v.profile();
            statement.setString(1, v.model());
            statement.setInt(2, v.version());
            statement.setString(3, v.runId());
            statement.setString(4, v.runId());
            statement.setString(5, v.path());
            statement.setString(6, v.format());
            statement.setString(7, v.signature().toString());
            statement.setString(8, json.writeValueAsString(v.metrics()));
            statement.setString(9, profile == null ? null : profile.toString());
            statement.setString(10, v.provenance().toString());
            statement.setString(11, v.description());
            statement.setString(12, v.causedBy());
            statement.setString(13, v.createdBy());
            statement.setObject(14, utc(v.createdAt()));
            statement.setObject(15, utc(v.updatedAt()));
            statement.setString(16, v.source());
            statement.setString(17, v.runLink());
            statement.setString(18, v.loggedModelId());
            statement.executeUpdate();
            for (Artifact file : v.files()) {
                files.setString(1, v.model());
                files.setInt(2, v.version());
                files.setString(3, file.path());
                files.setString(4, file.sha256());
                files.addBatch();
            }
            files.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("add version", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("metrics cannot be written as JSON", e);
        }
    }

    Optional<ModelVersion> find(String model, int version, boolean withProfile) {
        Condition seen = access.models("v.model", Level.READ);
        String sql = COLUMNS + FROM + " where v.model = ? and v.version = ? and" + LIVE + "and " + seen.sql();
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setString(1, model);
            statement.setInt(2, version);
            seen.bind(3, statement::setObject);
            return readAll(statement, withProfile).stream().findFirst().map(v -> v.withFiles(files(model, version)));
        } catch (SQLException e) {
            throw StoreFailure.of("read version", e);
        }
    }

    /** Versions below {@code before}, newest first, without their files. */
    List<ModelVersion> list(String model, int before, int limit) {
        Condition seen = access.models("v.model", Level.READ);
        String sql = COLUMNS + FROM + " where v.model = ? and v.version < ? and" + LIVE + "and " + seen.sql()
                + " order by v.version desc limit ?";
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setString(1, model);
            statement.setInt(2, before);
            statement.setInt(seen.bind(3, statement::setObject), limit);
            return readAll(statement, false);
        } catch (SQLException e) {
            throw StoreFailure.of("list versions", e);
        }
    }

    /** The newest version in each stage of each of the models. */
    List<ModelVersion> latest(List<String> models) {
        Condition seen = access.models("x.model", Level.READ);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LATEST.formatted(seen.sql()))) {
            statement.setArray(1, connection.createArrayOf("text", models.toArray()));
            seen.bind(2, statement::setObject);
            return readAll(statement, false);
        } catch (SQLException e) {
            throw StoreFailure.of("read latest versions", e);
        }
    }

    Page<ModelVersion> search(RegistrySearch search) {
        Keyset keys = new Keyset(RegistryFilter.versionOrder(search.order()));
        List<Condition> conditions = new ArrayList<>(RegistryFilter.versions(search.filter()));
        conditions.add(access.models("m.name", Level.READ));
        conditions.add(keys.after(search.pageToken()));
        // The model's row says whether it was deleted; a name that begins like a deleted one's is none of ours.
        String sql = COLUMNS + keys.columns() + FROM + " join registry.model m on m.name = v.model"
                + keys.join().sql() + " where m.deleted_at is null and" + LIVE + "and "
                + conditions.stream().map(Condition::sql).collect(Collectors.joining(" and ")) + keys.orderBy()
                + " limit " + (search.limit() + 1);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            int index = 1;
            for (Condition condition : conditions) {
                for (Object argument : condition.arguments()) {
                    if (argument instanceof List<?> texts) {
                        statement.setArray(index++, connection.createArrayOf("text", texts.toArray()));
                    } else {
                        statement.setObject(index++, argument);
                    }
                }
            }
            List<ModelVersion> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                List<@Nullable String> last = new ArrayList<>();
                while (row.next()) {
                    if (found.size() == search.limit()) {
                        return new Page<>(found, keys.token(last));
                    }
                    found.add(read(row, false));
                    last.clear();
                    for (int i = 0; i < keys.size(); i++) {
                        last.add(row.getString(Keyset.column(i)));
                    }
                }
            }
            return new Page<>(found, null);
        } catch (SQLException e) {
            throw StoreFailure.of("search versions", e);
        }
    }

    private List<Artifact> files(String model, int version) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(FILES)) {
            statement.setString(1, model);
            statement.setInt(2, version);
            List<Artifact> files = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    files.add(new Artifact(row.getString("path"), row.getString("sha256"), row.getLong("size_bytes")));
                }
            }
            return files;
        } catch (SQLException e) {
            throw StoreFailure.of("list files of version", e);
        }
    }

    private List<ModelVersion> readAll(PreparedStatement statement, boolean withProfile) throws SQLException {
        List<ModelVersion> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(read(row, withProfile));
            }
        }
        return found;
    }

    private ModelVersion read(ResultSet row, boolean withProfile) throws SQLException {
        @Nullable String profile = withProfile ? row.getString("profile") : null;
        String[] keys = (String[]) row.getArray("keys").getArray();
        String[] values = (String[]) row.getArray("tag_values").getArray();
        Map<String, String> tags = new TreeMap<>();
        for (int i = 0; i < keys.length; i++) {
            tags.put(keys[i], values[i]);
        }
        try {
            return new ModelVersion(
                    row.getString("model"),
                    row.getInt("version"),
                    row.getString("given_run_id"),
                    row.getString("path"),
                    row.getString("status"),
                    row.getString("format"),
                    json.readTree(row.getString("signature")),
                    json.readValue(row.getString("metrics"), METRICS),
                    profile == null ? null : json.readTree(profile),
                    json.readTree(row.getString("provenance")),
                    row.getString("description"),
                    row.getString("caused_by"),
                    row.getString("created_by"),
                    row.getObject("created_at", OffsetDateTime.class).toInstant(),
                    row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                    row.getString("source"),
                    row.getString("run_link"),
                    row.getString("logged_model_id"),
                    row.getString("stage"),
                    tags,
                    List.of((String[]) row.getArray("aliases").getArray()),
                    List.of());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a column of a version is not JSON", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
