package io.millrace.registry.access;

/** What grants are about. */
public enum Protected {
    EXPERIMENT(
            "experiment",
            "registry.experiment_grant",
            "experiment_id",
            "registry.experiment",
            "experiment_id",
            "?::bigint"),
    MODEL("model", "registry.model_grant", "model", "registry.model", "name", "?");

    private final String word;
    private final String grants;
    private final String key;
    private final String things;
    private final String id;
    private final String parameter;

    Protected(String word, String grants, String key, String things, String id, String parameter) {
        this.word = word;
        this.grants = grants;
        this.key = key;
        this.things = things;
        this.id = id;
        this.parameter = parameter;
    }

    /** What people call it; also its kind in the audit log. */
    public String word() {
        return word;
    }

    /** The table of grants. */
    public String grants() {
        return grants;
    }

    /** The column of {@link #grants} that names the thing. */
    public String key() {
        return key;
    }

    /** The table of the things. */
    public String things() {
        return things;
    }

    /** The column of {@link #things} that names one. */
    public String id() {
        return id;
    }

    /** A parameter with an id. */
    public String parameter() {
        return parameter;
    }
}
