package io.millrace.monitoring.alert;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What an alert is about. */
public enum AlertKind {
    DRIFT,
    PREDICTION_DRIFT,
    NULLS,
    QUALITY,
    INTEGRITY;

    /** As stored and on the wire. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind stored as {@code wire}. */
    public static AlertKind of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
