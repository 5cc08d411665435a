package io.millrace.registry.lineage;

import java.util.List;

/**
 * The edges of the lineage, each readable from both of its ends. A query gives the ids of what was made and of what it was
 * made of; which of them is asked for is its condition.
 */
final class LineageQueries {

    static final List<String> KINDS =
            List.of("version", "run", "dataset", "logged-model", "data", "pipeline-run", "commit", "alias");

    /**
     * One kind of edge.
     *
     * @param from kind of what was made
     * @param to kind of what it was made of
     * @param select gives both ids, up to and with the first condition
     * @param fromIn condition on what was made, with one parameter: an array of ids
     * @param toIn the same on what it was made of
     */
    record EdgeQuery(String from, String to, String relation, String select, String fromIn, String toIn) {}

    private static final String VERSION_ID = "v.model || '/' || v.version";

    /** A list of ids like model/7 as rows to join, so that the key's index is used. */
    private static final String VERSIONS = """
            (v.model, v.version) in (select regexp_replace(x, '/[0-9]{1,9}$', ''), substring(x from '/([0-9]{1,9})$')::int
                                       from unnest(?::text[]) x
                                      where x ~ '/[0-9]{1,9}$')
            """;

    private static final String LIVE = " where v.status <> 'DELETED' and ";

    static final List<EdgeQuery> EDGES = List.of(
            new EdgeQuery(
                    "version",
                    "run",
                    "made by",
                    "select " + VERSION_ID + ", v.run_id from registry.model_version v" + LIVE,
                    VERSIONS + " and v.run_id is not null",
                    "v.run_id = any (?::text[])"),
            new EdgeQuery(
                    "version",
                    "logged-model",
                    "registered from",
                    "select " + VERSION_ID + ", v.logged_model_id from registry.model_version v" + LIVE,
                    VERSIONS + " and v.logged_model_id is not null",
                    "v.logged_model_id = any (?::text[])"),
            new EdgeQuery(
                    "version",
                    "version",
                    "child of",
                    "select " + VERSION_ID + ", v.provenance ->> 'parent' from registry.model_version v" + LIVE,
                    VERSIONS + " and v.provenance ?? 'parent'",
                    "v.provenance ->> 'parent' = any (?::text[]) and v.provenance ?? 'parent'"),
            new EdgeQuery(
                    "version",
                    "pipeline-run",
                    "made by",
                    "select " + VERSION_ID + ", v.provenance ->> 'run' from registry.model_version v" + LIVE,
                    VERSIONS + " and v.provenance ?? 'run'",
                    "v.provenance ->> 'run' = any (?::text[]) and v.provenance ?? 'run'"),
            new EdgeQuery(
                    "version",
                    "data",
                    "trained on",
                    "select " + VERSION_ID + ", v.provenance ->> 'data' from registry.model_version v" + LIVE,
                    VERSIONS + " and v.provenance ?? 'data'",
                    "v.provenance ->> 'data' = any (?::text[]) and v.provenance ?? 'data'"),
            new EdgeQuery(
                    "alias",
                    "version",
                    "points to",
                    "select v.model || '@' || v.alias, " + VERSION_ID + " from registry.alias v where ",
                    "(v.model, v.alias) in (select split_part(x, '@', 1), split_part(x, '@', 2) from unnest(?::text[]) x)",
                    VERSIONS),
            new EdgeQuery(
                    "run",
                    "dataset",
                    "read",
                    "select r.run_id, d.name || '@' || d.digest from registry.run_dataset r"
                            + " join registry.dataset d on d.dataset_id = r.dataset_id where ",
                    "r.run_id = any (?::text[])",
                    "(d.name, d.digest) in (select regexp_replace(x, '@[^@]*$', ''), substring(x from '@([^@]*)$')"
                            + " from unnest(?::text[]) x)"),
            new EdgeQuery(
                    "run",
                    "logged-model",
                    "read",
                    "select m.run_id, m.model_id from registry.run_model m where m.direction = 'INPUT' and ",
                    "m.run_id = any (?::text[])",
                    "m.model_id = any (?::text[])"),
            new EdgeQuery(
                    "logged-model",
                    "run",
                    "made by",
                    "select m.model_id, m.source_run_id from registry.logged_model m where ",
                    "m.model_id = any (?::text[]) and m.source_run_id is not null",
                    "m.source_run_id = any (?::text[])"),
            tagged("run", "child of", "mlflow.parentRunId"),
            tagged("pipeline-run", "part of", "millrace.run"),
            tagged("commit", "ran code of", "mlflow.source.git.commit"));

    private LineageQueries() {}

    private static EdgeQuery tagged(String to, String relation, String tag) {
        return new EdgeQuery(
                "run",
                to,
                relation,
                "select t.run_id, t.value from registry.run_tag t where t.key = '" + tag + "' and ",
                "t.run_id = any (?::text[])",
                "left(t.value, 200) = any (?::text[])");
    }
}
