package io.millrace.runtime.spi;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Objects;

/**
 * One output of a model.
 *
 * @param width values per row: 1 for a scalar, k for a vector such as the probabilities over k classes
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Output(String name, OutputType type, int width) {

    /** Name of the standard output of a classifier: P(positive), or one probability per class. */
    public static final String PROBABILITY = "probability";
    /** Name of the standard output of a classifier: the most probable class. */
    public static final String LABEL = "label";
    /** Name of the standard output of a regression, in the unit of the target. */
    public static final String PREDICTION = "prediction";

    public Output {
        Objects.requireNonNull(type, "type");
        if (name.isBlank()) {
            throw new IllegalArgumentException("an output needs a name");
        }
        if (width < 1) {
            throw new IllegalArgumentException("output " + name + ": width " + width + " is below 1");
        }
    }
}
