package io.millrace.pipeline.definition;

/** Definitions for tests. */
public final class Yaml {

    private Yaml() {}

    /** A small pipeline; {@code more} is added at its end. */
    public static String minimal(String name, String more) {
        return """
                apiVersion: millrace/v1
                kind: TrainingPipeline
                metadata: { name: %s }
                data:
                  source: { csv: iris.csv }
                  label: { column: species, positive: virginica }
                train:
                  algorithm: logistic.classification
                """.formatted(name) + more;
    }
}
