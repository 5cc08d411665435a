package io.millrace.runtime.spi;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One raw input column of a model.
 *
 * @param min smallest accepted number, inclusive; null for no bound. Outside is a {@link SignatureException}
 * @param max largest accepted number, inclusive; null for no bound
 * @param categories the only accepted texts of a STRING column; empty means any text is accepted and what the model does
 *     with a text it has not seen is decided by its features (the "other" category)
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Column(
        String name,
        ColumnType type,
        boolean nullable,
        @Nullable Double min,
        @Nullable Double max,
        @Nullable List<String> categories) {

    public static final int MAX_NAME_LENGTH = 250;

    public Column {
        Objects.requireNonNull(type, "type");
        if (name.isBlank() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "column name must have 1 to " + MAX_NAME_LENGTH + " characters: " + name);
        }
        if (min != null && max != null && min > max) {
            throw new IllegalArgumentException("column " + name + ": min " + min + " is above max " + max);
        }
        categories = categories == null ? List.of() : List.copyOf(categories);
        if (!categories.isEmpty() && type != ColumnType.STRING) {
            throw new IllegalArgumentException("column " + name + ": only STRING columns have categories");
        }
    }

    /** As a file declares it: a column that does not say so is required. */
    @JsonCreator
    static Column declared(
            @JsonProperty("name") @Nullable String name,
            @JsonProperty("type") @Nullable ColumnType type,
            @JsonProperty("nullable") @Nullable Boolean nullable,
            @JsonProperty("min") @Nullable Double min,
            @JsonProperty("max") @Nullable Double max,
            @JsonProperty("categories") @Nullable List<String> categories) {
        return new Column(
                Objects.requireNonNullElse(name, ""),
                Objects.requireNonNull(type, "type"),
                Boolean.TRUE.equals(nullable),
                min,
                max,
                categories);
    }

    @Override
    public List<String> categories() {
        return categories == null ? List.of() : categories;
    }

    /** A column without bounds or closed categories that must always be present. */
    public static Column required(String name, ColumnType type) {
        return new Column(name, type, false, null, null, List.of());
    }

    /** A column without bounds or closed categories that may be missing. */
    public static Column optional(String name, ColumnType type) {
        return new Column(name, type, true, null, null, List.of());
    }
}
