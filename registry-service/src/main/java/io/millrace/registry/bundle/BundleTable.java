package io.millrace.registry.bundle;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The tables of a bundle in the order in which their rows can be added, each with the rows that go along with a model. */
enum BundleTable {
    EXPERIMENT(Of.EXPERIMENTS, "t.experiment_id = any (?::bigint[])"),
    RUN(Of.RUNS, "t.run_id = any (?)"),
    RUN_TAG(Of.RUNS, "t.run_id = any (?)"),
    RUN_PARAM(Of.RUNS, "t.run_id = any (?)"),
    METRIC(Of.RUNS, "t.run_id = any (?) order by t.id"),
    METRIC_LATEST(Of.RUNS, "t.run_id = any (?)"),
    DATASET(
            Of.RUNS,
            "t.dataset_id in (select d.dataset_id from registry.run_dataset d where d.run_id = any (?)) order by t.dataset_id"),
    RUN_DATASET(Of.RUNS, "t.run_id = any (?)"),
    LOGGED_MODEL(Of.LOGGED_MODELS, "t.model_id = any (?)"),
    LOGGED_MODEL_TAG(Of.LOGGED_MODELS, "t.model_id = any (?)"),
    LOGGED_MODEL_PARAM(Of.LOGGED_MODELS, "t.model_id = any (?)"),
    LOGGED_MODEL_METRIC(Of.LOGGED_MODELS, "t.model_id = any (?)"),
    RUN_MODEL(Of.LOGGED_MODELS, "t.model_id = any (?)"),
    ARTIFACT(Of.OWNERS, "t.owner_id = any (?)"),
    MODEL(Of.MODEL, "t.name = ?"),
    MODEL_TAG(Of.MODEL, "t.model = ?"),
    MODEL_POLICY(Of.MODEL, "t.model = ?"),
    MODEL_VERSION(Of.MODEL, "t.model = ? and t.status <> 'DELETED' order by t.version"),
    VERSION_TAG(Of.MODEL, Of.LIVE),
    VERSION_FILE(Of.MODEL, Of.LIVE),
    VERSION_MANIFEST(Of.MODEL, Of.LIVE),
    CARD_REVISION(Of.MODEL, Of.LIVE),
    STAGE_CHANGE(Of.MODEL, Of.LIVE),
    ALIAS(Of.MODEL, Of.LIVE),
    ALIAS_CHANGE(Of.MODEL, "t.model = ?"),
    PROMOTION_REQUEST(Of.MODEL, Of.LIVE),
    PROMOTION_STEP(
            Of.MODEL,
            "t.request in (select p.id from registry.promotion_request p join registry.model_version v"
                    + " on v.model = p.model and v.version = p.version and v.status <> 'DELETED' where p.model = ?)"
                    + " order by t.id");

    /** What a table's condition is about. */
    enum Of {
        MODEL,
        EXPERIMENTS,
        RUNS,
        LOGGED_MODELS,
        OWNERS;

        private static final String LIVE = "t.model = ? and exists (select 1 from registry.model_version v"
                + " where v.model = t.model and v.version = t.version and v.status <> 'DELETED')";
    }

    private final Of of;
    private final String condition;

    BundleTable(Of of, String condition) {
        this.of = of;
        this.condition = condition;
    }

    Of of() {
        return of;
    }

    /** Its name in the schema, and that of its entry. */
    String table() {
        return name().toLowerCase(Locale.ROOT);
    }

    String entry() {
        return "rows/" + table() + ".jsonl";
    }

    /** Every row as a JSON object. */
    String select() {
        return "select to_jsonb(t)::text from registry." + table() + " t where " + condition;
    }

    static Optional<BundleTable> ofEntry(String entry) {
        return Arrays.stream(values()).filter(t -> t.entry().equals(entry)).findFirst();
    }
}
