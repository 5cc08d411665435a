package io.millrace.registry.artifact;

/** What a file belongs to. */
public record ArtifactOwner(Kind kind, String id) {

    /** Kinds of owners. */
    public enum Kind {
        RUN,
        LOGGED_MODEL
    }

    public static ArtifactOwner run(String runId) {
        return new ArtifactOwner(Kind.RUN, runId);
    }

    public static ArtifactOwner loggedModel(String modelId) {
        return new ArtifactOwner(Kind.LOGGED_MODEL, modelId);
    }
}
