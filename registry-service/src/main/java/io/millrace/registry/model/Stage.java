package io.millrace.registry.model;

import io.millrace.common.error.PlatformException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** MLflow's fixed stages. New work uses aliases; these stay for clients that know no others. */
public enum Stage {
    NONE("None"),
    STAGING("Staging"),
    PRODUCTION("Production"),
    ARCHIVED("Archived");

    private final String label;

    Stage(String label) {
        this.label = label;
    }

    /** As stored and on the wire. */
    public String label() {
        return label;
    }

    /** The stage of that name in any case. */
    public static Stage of(String name) {
        return Arrays.stream(values())
                .filter(stage -> stage.label.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> PlatformException.invalid(
                        "/stage",
                        "Invalid Model Version stage: " + name + ". Value must be one of "
                                + Arrays.stream(values()).map(Stage::label).collect(Collectors.joining(", ")) + "."));
    }
}
