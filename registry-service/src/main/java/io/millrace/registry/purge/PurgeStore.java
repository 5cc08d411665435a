package io.millrace.registry.purge;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class PurgeStore {

    /** Also the versions of deleted models. What a version refers to may go after it. */
    private static final String VERSIONS = """
            with gone as (
                update registry.model_version v
                   set purged_at = ?, description = '', source = '', run_link = '', run_id = null, logged_model_id = null
                  from registry.model m
                 where m.name = v.model and v.purged_at is null
                   and ((v.status = 'DELETED' and v.updated_at <= ?) or m.deleted_at <= ?)
                returning v.model, v.version
            ), files as (
                delete from registry.version_file f using gone g
                 where f.model = g.model and f.version = g.version
                returning 1
            )
            select (select count(*) from gone), (select count(*) from files)
            """;

    private static final String LOGGED_MODELS = """
            delete from registry.logged_model m
             where m.lifecycle_stage = 'deleted' and m.updated_at <= ?
               and not exists (select 1 from registry.model_version v where v.logged_model_id = m.model_id)
            """;

    /** A run stays as long as a version that it made. */
    private static final String RUNS = """
            delete from registry.run
             where run_id in (select r.run_id
                                from registry.run r
                               where r.lifecycle_stage = 'deleted' and r.deleted_at <= ?
                                 and not exists (select 1 from registry.model_version v where v.run_id = r.run_id)
                               order by r.deleted_at
                               limit ?)
            """;

    private static final String EMPTY = """
             (select e.experiment_id
                from registry.experiment e
               where e.lifecycle_stage = 'deleted' and e.updated_at <= ? and e.experiment_id <> 0
                 and not exists (select 1 from registry.run r where r.experiment_id = e.experiment_id)
                 and not exists (select 1 from registry.logged_model m where m.experiment_id = e.experiment_id))
            """;

    private static final String DATASETS = "delete from registry.dataset where experiment_id in" + EMPTY;

    private static final String EXPERIMENTS = "delete from registry.experiment where experiment_id in" + EMPTY;

    private final DataSource dataSource;

    PurgeStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** How many versions were purged, and how many files they had. */
    record Versions(int versions, int files) {}

    Versions versions(Instant deletedBefore, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(VERSIONS)) {
            statement.setObject(1, now.atOffset(ZoneOffset.UTC));
            statement.setObject(2, deletedBefore.atOffset(ZoneOffset.UTC));
            statement.setObject(3, deletedBefore.atOffset(ZoneOffset.UTC));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Versions(row.getInt(1), row.getInt(2));
            }
        } catch (SQLException e) {
            throw StoreFailure.of("purge versions", e);
        }
    }

    int loggedModels(Instant deletedBefore) {
        return delete(LOGGED_MODELS, deletedBefore, null);
    }

    int runs(Instant deletedBefore, int limit) {
        return delete(RUNS, deletedBefore, limit);
    }

    /** Experiments of which nothing is left. */
    int experiments(Instant deletedBefore) {
        delete(DATASETS, deletedBefore, null);
        return delete(EXPERIMENTS, deletedBefore, null);
    }

    private int delete(String sql, Instant deletedBefore, @Nullable Integer limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setObject(1, deletedBefore.atOffset(ZoneOffset.UTC));
            if (limit != null) {
                statement.setInt(2, limit);
            }
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("purge", e);
        }
    }
}
