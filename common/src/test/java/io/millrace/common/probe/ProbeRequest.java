package io.millrace.common.probe;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A body with every kind of field. */
public record ProbeRequest(
        @NotBlank String name,
        @Max(10) int count,
        @Nullable Kind kind,
        @Nullable Instant at,
        @Nullable Percent share,
        @Nullable List<@Valid Item> items) {

    public enum Kind {
        RED,
        GREEN
    }

    public record Item(@NotBlank String label) {}

    public record Percent(int percent) {
        public Percent {
            if (percent > 100) {
                throw new IllegalArgumentException("percent: " + percent);
            }
        }
    }
}
