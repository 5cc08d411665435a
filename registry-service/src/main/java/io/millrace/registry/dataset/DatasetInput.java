package io.millrace.registry.dataset;

import io.millrace.common.error.PlatformException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** A data set as a run read it; the tag {@code mlflow.data.context} says for what, such as training. */
public record DatasetInput(Dataset dataset, Map<String, String> tags) {

    private static final int MAX_KEY = 255;
    private static final int MAX_VALUE = 500;

    public DatasetInput {
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > MAX_KEY || value.length() > MAX_VALUE) {
                throw PlatformException.invalid(
                        "/datasets.tags",
                        "must have keys of 1 to " + MAX_KEY + " and values of at most " + MAX_VALUE + " characters");
            }
        });
    }
}
