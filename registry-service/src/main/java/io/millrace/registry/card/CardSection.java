package io.millrace.registry.card;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.millrace.common.error.PlatformException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The sections of a model card, in their order. */
public enum CardSection {
    INTENDED_USE("intendedUse", "Intended use", true),
    OUT_OF_SCOPE("outOfScope", "Out-of-scope use", false),
    TRAINING_DATA("trainingData", "Training data", true),
    EVALUATION("evaluation", "Evaluation", false),
    LIMITATIONS("limitations", "Limitations", true),
    ETHICAL_CONSIDERATIONS("ethicalConsiderations", "Ethical considerations", false),
    CONTACT("contact", "Contact", false);

    private final String key;
    private final String heading;
    private final boolean required;

    CardSection(String key, String heading, boolean required) {
        this.key = key;
        this.heading = heading;
        this.required = required;
    }

    @JsonValue
    public String key() {
        return key;
    }

    String heading() {
        return heading;
    }

    /** Whether a complete card has it. */
    boolean required() {
        return required;
    }

    @JsonCreator
    static CardSection of(String key) {
        return Arrays.stream(values())
                .filter(s -> s.key.equals(key))
                .findFirst()
                .orElseThrow(() -> PlatformException.invalid(
                        "/sections/" + key,
                        "is no section of a model card, only "
                                + Arrays.stream(values()).map(CardSection::key).collect(Collectors.joining(", "))));
    }

    static Optional<CardSection> ofHeading(String heading) {
        return Arrays.stream(values())
                .filter(s -> s.heading.equalsIgnoreCase(heading.strip()))
                .findFirst();
    }
}
