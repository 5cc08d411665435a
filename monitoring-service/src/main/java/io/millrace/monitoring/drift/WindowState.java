package io.millrace.monitoring.drift;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a window says. {@code INSUFFICIENT} and {@code NO_REFERENCE} decide nothing: they neither open nor resolve. */
public enum WindowState {
    OK,
    WARNING,
    DRIFTED,
    INSUFFICIENT,
    NO_REFERENCE;

    /** As stored and on the wire. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The state stored as {@code wire}. */
    public static WindowState of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
