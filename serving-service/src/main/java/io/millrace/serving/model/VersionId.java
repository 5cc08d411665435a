package io.millrace.serving.model;

/** A version of a model. */
public record VersionId(String model, int version) {

    @Override
    public String toString() {
        return model + "/" + version;
    }
}
