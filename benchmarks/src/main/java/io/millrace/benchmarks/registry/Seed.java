package io.millrace.benchmarks.registry;

import java.util.List;

/**
 * Finished runs with ten metrics, five parameters and three tags each, put into a store by SQL, one run after the other as
 * runs are logged: the same ids and values in both, so that the servers have to find the same.
 */
final class Seed {

    private static final String RUN_ID = "md5('run' || i)";
    private static final String VALUE = "((i * 7919 + j * 104729) % 100003) / 100003.0";

    private Seed() {}

    static List<String> millrace(String experiment, int runs) {
        return List.of(
                """
                insert into registry.run (run_id, experiment_id, name, status, user_id, start_at, end_at, caused_by)
                select %s, %s, 'r' || i, 'FINISHED', 'load', to_timestamp(1700000000 + i), to_timestamp(1700000100 + i),
                       'benchmark'
                  from generate_series(1, %d) i
                """.formatted(RUN_ID, experiment, runs),
                """
                insert into registry.metric (run_id, key, step, recorded_ms, value)
                select %s, 'm' || j, 0, 1700000000000 + i, %s
                  from generate_series(1, %d) i, generate_series(0, 9) j order by i, j
                """.formatted(RUN_ID, VALUE, runs),
                """
                insert into registry.metric_latest (run_id, key, step, recorded_ms, value)
                select %s, 'm' || j, 0, 1700000000000 + i, %s
                  from generate_series(1, %d) i, generate_series(0, 9) j order by i, j
                """.formatted(RUN_ID, VALUE, runs),
                pairs("registry.run_param (run_id, key, value)", "'p' || j, 'v' || (i % 10)", runs, 5),
                pairs("registry.run_tag (run_id, key, value)", "'t' || j, 'w' || (i % 7)", runs, 3),
                "vacuum analyze");
    }

    static List<String> mlflow(String experiment, int runs) {
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
                select %s, 'm' || j, 0, 1700000000000 + i, %s, false
                  from generate_series(1, %d) i, generate_series(0, 9) j order by i, j
                """.formatted(RUN_ID, VALUE, runs),
                """
                insert into latest_metrics (run_uuid, key, step, timestamp, value, is_nan)
                select %s, 'm' || j, 0, 1700000000000 + i, %s, false
                  from generate_series(1, %d) i, generate_series(0, 9) j order by i, j
                """.formatted(RUN_ID, VALUE, runs),
                pairs("params (run_uuid, key, value)", "'p' || j, 'v' || (i % 10)", runs, 5),
                pairs("tags (run_uuid, key, value)", "'t' || j, 'w' || (i % 7)", runs, 3),
                "vacuum analyze");
    }

    private static String pairs(String table, String columns, int runs, int keys) {
        return "insert into " + table + " select " + RUN_ID + ", " + columns + " from generate_series(1, " + runs
                + ") i, generate_series(1, " + keys + ") j";
    }
}
