package io.millrace.registry.promotion;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a promotion stands; only an open one changes. */
public enum PromotionState {
    OPEN,
    APPLIED,
    REJECTED,
    WITHDRAWN,
    EXPIRED;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
