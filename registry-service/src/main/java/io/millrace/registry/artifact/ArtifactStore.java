package io.millrace.registry.artifact;

import io.millrace.common.error.PlatformException;
import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

@ApplicationScoped
class ArtifactStore {

    private static final String FOREIGN_KEY = "23503";

    private static final String ADD = """
            insert into registry.artifact (run_id, model_id, path, sha256)
            values (?, ?, ?, ?)
            on conflict on constraint artifact_pk do update set sha256 = excluded.sha256, created_at = now()
            """;

    private static final String LIST = """
            select a.path, a.sha256, b.size_bytes
              from registry.artifact a
              join registry.blob b on b.sha256 = a.sha256
             where a.owner_id = ? and (? = '' or a.path = ? or starts_with(a.path, ? || '/'))
             order by a.path
             limit 10000
            """;

    private static final String DELETE =
            "delete from registry.artifact where owner_id = ? and (path = ? or starts_with(path, ? || '/'))";

    private final DataSource dataSource;

    ArtifactStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void add(ArtifactOwner owner, Artifact artifact) {
        try (var connection = dataSource.getConnection();
                var add = connection.prepareStatement(ADD)) {
            add.setString(1, owner.kind() == ArtifactOwner.Kind.RUN ? owner.id() : null);
            add.setString(2, owner.kind() == ArtifactOwner.Kind.LOGGED_MODEL ? owner.id() : null);
            add.setString(3, artifact.path());
            add.setString(4, artifact.sha256());
            add.executeUpdate();
        } catch (SQLException e) {
            if (FOREIGN_KEY.equals(e.getSQLState())
                    && String.valueOf(e.getMessage()).contains("artifact_blob_fk")) {
                throw PlatformException.unavailable("The content was collected as garbage meanwhile, send it again");
            }
            throw StoreFailure.of("add artifact", e);
        }
    }

    /** Files at or below a path; the empty path is the owner's root. */
    List<Artifact> list(ArtifactOwner owner, String path) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST)) {
            statement.setString(1, owner.id());
            statement.setString(2, path);
            statement.setString(3, path);
            statement.setString(4, path);
            List<Artifact> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new Artifact(row.getString("path"), row.getString("sha256"), row.getLong("size_bytes")));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("list artifacts", e);
        }
    }

    Optional<Artifact> find(ArtifactOwner owner, String path) {
        return list(owner, path).stream().filter(a -> a.path().equals(path)).findFirst();
    }

    /** Forgets the files at or below a path; their content stays while anything refers to it. */
    void delete(ArtifactOwner owner, String path) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(DELETE)) {
            statement.setString(1, owner.id());
            statement.setString(2, path);
            statement.setString(3, path);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("delete artifacts", e);
        }
    }
}
