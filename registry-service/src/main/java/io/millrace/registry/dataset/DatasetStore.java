package io.millrace.registry.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.search.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

@ApplicationScoped
class DatasetStore {

    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

    /** The update changes nothing; it makes the row that is there already answer with its id. */
    private static final String ADD = """
            insert into registry.dataset (experiment_id, name, digest, source_type, source, schema, profile)
            values (?, ?, ?, ?, ?, ?, ?)
            on conflict on constraint dataset_experiment_id_name_digest_uq do update set name = excluded.name
            returning dataset_id
            """;

    private static final String LINK = """
            insert into registry.run_dataset (run_id, dataset_id, tags)
            values (?, ?, ?::jsonb)
            on conflict on constraint run_dataset_pk do nothing
            """;

    private static final String OF_RUNS = """
            select i.run_id, d.name, d.digest, d.source_type, d.source, d.schema, d.profile, i.tags::text as tags
              from registry.run_dataset i
              join registry.dataset d on d.dataset_id = i.dataset_id
             where i.run_id = any (?)
             order by i.run_id, d.dataset_id
            """;

    private static final String SUMMARIES = """
            select distinct d.experiment_id, d.name, d.digest, i.tags ->> 'mlflow.data.context' as context
              from registry.dataset d
              join registry.run_dataset i on i.dataset_id = d.dataset_id
             where d.experiment_id = any (?) and %s
             order by d.experiment_id, d.name, d.digest
             limit 1000
            """;

    private final DataSource dataSource;
    private final ObjectMapper json;
    private final Access access;

    DatasetStore(DataSource dataSource, ObjectMapper json, Access access) {
        this.dataSource = dataSource;
        this.access = access;
        this.json = json;
    }

    long add(long experimentId, Dataset dataset) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            statement.setLong(1, experimentId);
            statement.setString(2, dataset.name());
            statement.setString(3, dataset.digest());
            statement.setString(4, dataset.sourceType());
            statement.setString(5, dataset.source());
            statement.setString(6, dataset.schema());
            statement.setString(7, dataset.profile());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("add data set", e);
        }
    }

    void link(String runId, long datasetId, DatasetInput input) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LINK)) {
            statement.setString(1, runId);
            statement.setLong(2, datasetId);
            statement.setString(3, json.writeValueAsString(input.tags()));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("link data set", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("tags cannot be written as JSON", e);
        }
    }

    Map<String, List<DatasetInput>> ofRuns(List<String> runIds) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(OF_RUNS)) {
            statement.setArray(1, connection.createArrayOf("text", runIds.toArray()));
            Map<String, List<DatasetInput>> found = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Dataset dataset = new Dataset(
                            row.getString("name"),
                            row.getString("digest"),
                            row.getString("source_type"),
                            row.getString("source"),
                            row.getString("schema"),
                            row.getString("profile"));
                    found.computeIfAbsent(row.getString("run_id"), id -> new ArrayList<>())
                            .add(new DatasetInput(dataset, json.readValue(row.getString("tags"), TAGS)));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("read data sets of runs", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("tags of a data set are not JSON", e);
        }
    }

    List<DatasetSummary> summaries(List<Long> experimentIds) {
        Condition seen = access.experiments("d.experiment_id", Level.READ);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SUMMARIES.formatted(seen.sql()))) {
            statement.setArray(1, connection.createArrayOf("bigint", experimentIds.toArray()));
            seen.bind(2, statement::setObject);
            List<DatasetSummary> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new DatasetSummary(
                            Long.toString(row.getLong("experiment_id")),
                            row.getString("name"),
                            row.getString("digest"),
                            row.getString("context")));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("read data sets of experiments", e);
        }
    }
}
