package io.millrace.registry.artifact;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

@ApplicationScoped
class UploadStore {

    private static final String ADD = """
            insert into registry.upload
                   (upload_id, owner_kind, owner_id, path, part_count, created_by, created_at, expires_at)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String GET = """
            select upload_id, owner_kind, owner_id, path, part_count, state, expires_at
              from registry.upload
             where upload_id = ?
            """;

    private static final String PARTS = """
            select part_number, sha256, size_bytes
              from registry.upload_part
             where upload_id = ?
             order by part_number
            """;

    /** Into an open upload only. */
    private static final String PUT_PART = """
            insert into registry.upload_part (upload_id, part_number, sha256, size_bytes)
            select upload_id, ?, ?, ?
              from registry.upload
             where upload_id = ? and state = 'OPEN'
               for share
            on conflict on constraint upload_part_pk
            do update set sha256 = excluded.sha256, size_bytes = excluded.size_bytes
            """;

    private static final String COMPLETE = "update registry.upload set state = 'COMPLETE' where upload_id = ?";
    private static final String DELETE_PARTS = "delete from registry.upload_part where upload_id = ?";
    private static final String DELETE = "delete from registry.upload where upload_id = ?";

    private static final String EXPIRE = "delete from registry.upload where expires_at < ?";

    private final DataSource dataSource;

    UploadStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void add(Upload upload, String actor, Instant now) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            statement.setObject(1, upload.uploadId());
            statement.setString(2, upload.owner().kind().name());
            statement.setString(3, upload.owner().id());
            statement.setString(4, upload.path());
            statement.setInt(5, upload.partCount());
            statement.setString(6, actor);
            statement.setObject(7, utc(now));
            statement.setObject(8, utc(upload.expiresAt()));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("add upload", e);
        }
    }

    Optional<Upload> find(UUID id) {
        try (Connection connection = dataSource.getConnection();
                var upload = connection.prepareStatement(GET);
                var parts = connection.prepareStatement(PARTS)) {
            upload.setObject(1, id);
            parts.setObject(1, id);
            List<Upload.Part> arrived = new ArrayList<>();
            try (ResultSet row = parts.executeQuery()) {
                while (row.next()) {
                    arrived.add(new Upload.Part(
                            row.getInt("part_number"), row.getString("sha256"), row.getLong("size_bytes")));
                }
            }
            try (ResultSet row = upload.executeQuery()) {
                return row.next()
                        ? Optional.of(new Upload(
                                row.getObject("upload_id", UUID.class),
                                new ArtifactOwner(
                                        ArtifactOwner.Kind.valueOf(row.getString("owner_kind")),
                                        row.getString("owner_id")),
                                row.getString("path"),
                                row.getInt("part_count"),
                                Upload.State.valueOf(row.getString("state")),
                                arrived,
                                row.getObject("expires_at", OffsetDateTime.class)
                                        .toInstant()))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read upload", e);
        }
    }

    /** In place of a part with the same number; false when the upload is not open any more. */
    boolean putPart(UUID id, Upload.Part part) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(PUT_PART)) {
            statement.setInt(1, part.partNumber());
            statement.setString(2, part.sha256());
            statement.setLong(3, part.sizeBytes());
            statement.setObject(4, id);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("add part", e);
        }
    }

    /** Closes an upload and lets go of its parts. */
    void complete(UUID id) {
        run(COMPLETE, id);
        run(DELETE_PARTS, id);
    }

    void delete(UUID id) {
        run(DELETE, id);
    }

    private void run(String sql, UUID id) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setObject(1, id);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("close upload", e);
        }
    }

    /** Forgets uploads whose time is over. */
    int expire(Instant now) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(EXPIRE)) {
            statement.setObject(1, utc(now));
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("expire uploads", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
