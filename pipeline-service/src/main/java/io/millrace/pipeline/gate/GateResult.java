package io.millrace.pipeline.gate;

import java.util.Locale;

/** Gates fail closed: only {@code PASS} lets a candidate through. */
public enum GateResult {
    PASS,
    FAIL,
    INCONCLUSIVE,
    SKIPPED,
    ERROR;

    /** As stored and on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
