package io.millrace.registry.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import io.millrace.registry.artifact.Artifact;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class VersionStore {

    private static final TypeReference<Map<String, Double>> METRICS = new TypeReference<>() {};

    private static final String NEXT =
            "select coalesce(max(version), 0) + 1 from registry.model_version where model = ?";

    private static final String ADD = """
            insert into registry.model_version (model, version, run_id, path, format, signature, metrics, profile,
                   provenance, description, caused_by, created_by)
            values (?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?, ?)
            """;

    private static final String ADD_FILE =
            "insert into registry.version_file (model, version, path, sha256) values (?, ?, ?, ?)";

    private static final String SELECT = """
            select v.model, v.version, v.run_id, v.path, v.status, v.format, v.signature::text as signature,
                   v.metrics::text as metrics, v.profile::text as profile, v.provenance::text as provenance,
                   v.description, v.caused_by, v.created_by, v.created_at,
                   coalesce((select array_agg(a.alias order by a.alias) from registry.alias a
                              where a.model = v.model and a.version = v.version), '{}') as aliases
              from registry.model_version v
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

    VersionStore(DataSource dataSource, ObjectMapper json) {
        this.dataSource = dataSource;
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

    void add(ModelVersion v) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD);
                var files = connection.prepareStatement(ADD_FILE)) {
            statement.setString(1, v.model());
            statement.setInt(2, v.version());
            statement.setString(3, v.runId());
            statement.setString(4, v.path());
            statement.setString(5, v.format());
            statement.setString(6, v.signature().toString());
            statement.setString(7, json.writeValueAsString(v.metrics()));
            JsonNode profile = v.profile();
            statement.setString(8, profile == null ? null : profile.toString());
            statement.setString(9, v.provenance().toString());
            statement.setString(10, v.description());
            statement.setString(11, v.causedBy());
            statement.setString(12, v.createdBy());
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
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SELECT + " where v.model = ? and v.version = ?")) {
            statement.setString(1, model);
            statement.setInt(2, version);
            return read(statement, withProfile).stream().findFirst().map(v -> v.withFiles(files(model, version)));
        } catch (SQLException e) {
            throw StoreFailure.of("read version", e);
        }
    }

    /** Versions below {@code before}, newest first, without their files. */
    List<ModelVersion> list(String model, int before, int limit) {
        String sql = SELECT + " where v.model = ? and v.version < ? order by v.version desc limit ?";
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setString(1, model);
            statement.setInt(2, before);
            statement.setInt(3, limit);
            return read(statement, false);
        } catch (SQLException e) {
            throw StoreFailure.of("list versions", e);
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

    private List<ModelVersion> read(PreparedStatement statement, boolean withProfile) throws SQLException {
        List<ModelVersion> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                @Nullable String profile = withProfile ? row.getString("profile") : null;
                found.add(new ModelVersion(
                        row.getString("model"),
                        row.getInt("version"),
                        row.getString("run_id"),
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
                        List.of((String[]) row.getArray("aliases").getArray()),
                        List.of()));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a column of a version is not JSON", e);
        }
        return found;
    }
}
