package io.millrace.common.probe;

import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A body with every kind of field. */
public record ProbeRequest(
        String name,
        int count,
        @Nullable Kind kind,
        @Nullable Instant at,
        @Nullable Percent share,
        @Nullable List<Item> items) {

    /** This request, when every field is in its range. */
    ProbeRequest checked() {
        List<FieldError> errors = new ArrayList<>();
        if (count > 10) {
            errors.add(new FieldError("/count", "must be 10 at most"));
        }
        List<Item> known = items == null ? List.of() : items;
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).label().isBlank()) {
                errors.add(new FieldError("/items/" + i + "/label", "must not be blank"));
            }
        }
        if (name.isBlank()) {
            errors.add(new FieldError("/name", "must not be blank"));
        }
        if (!errors.isEmpty()) {
            throw PlatformException.invalid(errors);
        }
        return this;
    }

    public enum Kind {
        RED,
        GREEN
    }

    public record Item(String label) {}

    public record Percent(int percent) {
        public Percent {
            if (percent > 100) {
                throw new IllegalArgumentException("percent: " + percent);
            }
        }
    }
}
