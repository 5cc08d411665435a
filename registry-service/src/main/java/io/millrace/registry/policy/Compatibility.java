package io.millrace.registry.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.millrace.common.error.PlatformException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the signature of a version must go with that of the version before it, in the words of schema registries. */
public enum Compatibility {
    /** Anything goes. */
    NONE,
    /** Requests written for the older version must be accepted by the newer one, and its answers be readable. */
    BACKWARD,
    /** Requests written for the newer version must be accepted by the older one, so that one can go back. */
    FORWARD,
    /** Both. */
    FULL;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    static Compatibility of(String text) {
        return Arrays.stream(values())
                .filter(known -> known.wire().equals(text))
                .findFirst()
                .orElseThrow(() -> PlatformException.invalid(
                        "/compatibility",
                        "must be one of "
                                + Arrays.stream(values())
                                        .map(Compatibility::wire)
                                        .collect(Collectors.joining(", "))));
    }
}
