package io.millrace.serving.predictionlog;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A prediction of which a test says only what it is about. */
public final class TestEntry {

    private final Map<String, ? extends @Nullable Object> inputs;
    private UUID id = UUID.randomUUID();
    private String endpoint = "e";
    private Instant at = Instant.EPOCH;
    private Set<String> redacted = Set.of();
    private double sample = 1;

    private TestEntry(Map<String, ? extends @Nullable Object> inputs) {
        this.inputs = inputs;
    }

    public static TestEntry of(Map<String, ? extends @Nullable Object> inputs) {
        return new TestEntry(inputs);
    }

    public TestEntry id(UUID given) {
        id = given;
        return this;
    }

    public TestEntry endpoint(String given) {
        endpoint = given;
        return this;
    }

    /** Of the event and of its receipt. */
    public TestEntry at(Instant given) {
        at = given;
        return this;
    }

    public TestEntry redacted(Set<String> given) {
        redacted = given;
        return this;
    }

    public TestEntry sample(double given) {
        sample = given;
        return this;
    }

    public PredictionEntry get() {
        return new PredictionEntry(
                id,
                endpoint,
                "a",
                "primary",
                "m",
                1,
                at,
                at,
                "r",
                null,
                RowValues.of(inputs),
                redacted,
                sample,
                0.5,
                "yes",
                null,
                null,
                null,
                10);
    }
}
