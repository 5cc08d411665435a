package io.millrace.registry.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.dsse.Envelope;
import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.sql.DataSource;

@ApplicationScoped
class ManifestStore {

    private static final String FIND =
            "select envelope::text from registry.version_manifest where model = ? and version = ?";

    private static final String PUT = """
            insert into registry.version_manifest (model, version, envelope, key_id, signed_at)
            values (?, ?, ?::jsonb, ?, ?)
            on conflict on constraint version_manifest_pk do update
               set envelope = excluded.envelope, key_id = excluded.key_id, signed_at = excluded.signed_at
            """;

    private final DataSource dataSource;
    private final ObjectMapper json;

    ManifestStore(DataSource dataSource, ObjectMapper json) {
        this.dataSource = dataSource;
        this.json = json;
    }

    Optional<Envelope> find(String model, int version) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(FIND)) {
            statement.setString(1, model);
            statement.setInt(2, version);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(json.readValue(row.getString(1), Envelope.class)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read manifest", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored manifest cannot be read", e);
        }
    }

    void put(String model, int version, Envelope envelope, String keyId, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(PUT)) {
            statement.setString(1, model);
            statement.setInt(2, version);
            statement.setString(3, json.writeValueAsString(envelope));
            statement.setString(4, keyId);
            statement.setObject(5, now.atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("keep manifest", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest cannot be written", e);
        }
    }
}
