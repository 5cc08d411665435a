package io.millrace.registry.blob;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

@ApplicationScoped
class BlobStore {

    private static final String TOUCH = """
            insert into registry.blob (sha256, size_bytes, touched_at)
            values (?, ?, ?)
            on conflict on constraint blob_pk do update set touched_at = greatest(blob.touched_at, excluded.touched_at)
            """;

    private static final String UNREFERENCED = """
            not exists (select 1 from registry.artifact a where a.sha256 = b.sha256)
               and not exists (select 1 from registry.version_file f where f.sha256 = b.sha256)
               and not exists (select 1 from registry.upload_part p where p.sha256 = b.sha256)
            """;

    private static final String GARBAGE = """
            select b.sha256, b.size_bytes
              from registry.blob b
             where b.touched_at < ? and b.sha256 > ? and
            """ + UNREFERENCED + " order by b.sha256 limit ?";

    /** Whoever refers to the content now holds its row; then it is no garbage. */
    private static final String LOCK =
            "select 1 from registry.blob where sha256 = ? and touched_at < ? for update skip locked";

    private static final String DELETE = "delete from registry.blob b where b.sha256 = ? and " + UNREFERENCED;

    private final DataSource dataSource;

    BlobStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Notes that content was sent now; waits while the collector deletes it. */
    void touch(Blob blob, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(TOUCH)) {
            statement.setString(1, blob.sha256());
            statement.setLong(2, blob.sizeBytes());
            statement.setObject(3, utc(now));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("note content", e);
        }
    }

    /** Content that nobody refers to and nobody sent since a time, by digest. */
    List<Blob> garbage(Instant before, String after, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(GARBAGE)) {
            statement.setObject(1, utc(before));
            statement.setString(2, after);
            statement.setInt(3, limit);
            List<Blob> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new Blob(row.getString("sha256"), row.getLong("size_bytes")));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("find garbage", e);
        }
    }

    /** Forgets content that is still garbage; its row stays locked until the transaction ends. */
    boolean forget(String sha256, Instant before) {
        try (var connection = dataSource.getConnection();
                var lock = connection.prepareStatement(LOCK);
                var delete = connection.prepareStatement(DELETE)) {
            lock.setString(1, sha256);
            lock.setObject(2, utc(before));
            try (ResultSet row = lock.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
            }
            delete.setString(1, sha256);
            return delete.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("forget garbage", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
