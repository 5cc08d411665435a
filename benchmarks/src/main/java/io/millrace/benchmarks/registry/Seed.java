package io.millrace.benchmarks.registry;

import java.util.List;

/**
 * Finished runs with ten metrics, five parameters and three tags each, put into a store by SQL, one run after the other as
 * runs are logged: the same ids and values in both, so that the servers have to find the same.
 *
 * @param runs how many
 * @param points of each metric of a run
 * @param versions of {@value #MODELS} models together
 */
record Seed(int runs, int points, int versions) {

    static final int MODELS = 50;

    private static final String RUN_ID = "md5('run' || i)";
    private static final String VALUE = "((i * 7919 + j * 104729) % 100003) / 100003.0";

    /** The statements for our store. */
    List<String> millrace(String experiment) {
        return List.of(
                """
                insert into registry.run (run_id, experiment_id, name, status, user_id, start_at, end_at, caused_by)
                select %s, %s, 'r' || i, 'FINISHED', 'load', to_timestamp(1700000000 + i), to_timestamp(1700000100 + i),
                       'benchmark'
                  from generate_series(1, %d) i
                """.formatted(RUN_ID, experiment, runs),
                """
                insert into registry.metric (run_id, key, step, recorded_ms, value)
                select %s, 'm' || j, k, 1700000000000 + i + k, %s
                  from generate_series(1, %d) i, generate_series(0, 9) j, generate_series(0, %d) k order by i, j, k
                """.formatted(RUN_ID, VALUE, runs, points - 1),
                """
                insert into registry.metric_latest (run_id, key, step, recorded_ms, value)
                select %s, 'm' || j, %d, 1700000000000 + i + %d, %s
                  from generate_series(1, %d) i, generate_series(0, 9) j order by i, j
                """.formatted(RUN_ID, points - 1, points - 1, VALUE, runs),
                pairs("registry.run_param (run_id, key, value)", "'p' || j, 'v' || (i % 10)", 5),
                pairs("registry.run_tag (run_id, key, value)", "'t' || j, 'w' || (i % 7)", 3),
                "insert into registry.model (name) select 'model' || i from generate_series(1, " + MODELS + ") i",
                """
                insert into registry.model_version (model, version, run_id, path, format, signature, caused_by,
                       created_by, given_run_id, source)
                select 'model' || (1 + v %% %1$d), 1 + v / %1$d, md5('run' || (1 + v %% %2$d)), 'model', 'onnx', '{}',
                       'benchmark', 'benchmark', md5('run' || (1 + v %% %2$d)), 'models'
                  from generate_series(0, %3$d) v
                """.formatted(MODELS, runs, versions - 1),
                "vacuum analyze");
    }

    /** The statements for MLflow's. */
    List<String> mlflow(String experiment) {
        return List.of(
                """
                insert into runs (run_uuid, experiment_id, name, status, user_id, start_time, end_time, lifecycle_stage,
                       source_type, source_name, entry_point_name, source_version, artifact_uri)
                select %s, %s, 'r' || i, 'FINISHED', 'load', 1700000000000 + i * 1000, 1700000100000 + i * 1000, 'active',
                       'UNKNOWN', '', '', '', 'mlflow-artifacts:/%s/' || %s || '/artifacts'
                  from generate_series(1, %d) i
                """.formatted(RUN_ID, experiment, experiment, RUN_ID, runs),
                """
                insert into metrics (run_uuid, key, step, timestamp, value, is_nan)
                select %s, 'm' || j, k, 1700000000000 + i + k, %s, false
                  from generate_series(1, %d) i, generate_series(0, 9) j, generate_series(0, %d) k order by i, j, k
                """.formatted(RUN_ID, VALUE, runs, points - 1),
                """
                insert into latest_metrics (run_uuid, key, step, timestamp, value, is_nan)
                select %s, 'm' || j, %d, 1700000000000 + i + %d, %s, false
                  from generate_series(1, %d) i, generate_series(0, 9) j order by i, j
                """.formatted(RUN_ID, points - 1, points - 1, VALUE, runs),
                pairs("params (run_uuid, key, value)", "'p' || j, 'v' || (i % 10)", 5),
                pairs("tags (run_uuid, key, value)", "'t' || j, 'w' || (i % 7)", 3),
                "insert into registered_models (name, creation_time, last_updated_time, description)"
                        + " select 'model' || i, 1700000000000, 1700000000000, '' from generate_series(1, " + MODELS
                        + ") i",
                """
                insert into model_versions (name, version, creation_time, last_updated_time, description, user_id,
                       current_stage, source, run_id, status)
                select 'model' || (1 + v %% %1$d), 1 + v / %1$d, 1700000000000, 1700000000000, '', 'load', 'None',
                       'models', md5('run' || (1 + v %% %2$d)), 'READY'
                  from generate_series(0, %3$d) v
                """.formatted(MODELS, runs, versions - 1),
                "vacuum analyze");
    }

    private String pairs(String table, String columns, int keys) {
        return "insert into " + table + " select " + RUN_ID + ", " + columns + " from generate_series(1, " + runs
                + ") i, generate_series(1, " + keys + ") j";
    }
}
