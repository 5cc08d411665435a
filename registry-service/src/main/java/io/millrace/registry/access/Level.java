package io.millrace.registry.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.millrace.common.error.PlatformException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a grant allows; each level includes those before it. */
public enum Level {
    /** See it in lists, searches and by its name. */
    READ,
    /** Log, tag, register, move aliases that are not protected. */
    EDIT,
    /** Rename, delete, restore, and say who else may. */
    MANAGE;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    public static Level of(String wire) {
        return Arrays.stream(values())
                .filter(level -> level.wire().equals(wire))
                .findFirst()
                .orElseThrow(() -> PlatformException.invalid("/level", "must be one of read, edit, manage"));
    }

    /** The levels that include this one, as a list of SQL. */
    String orAbove() {
        return Arrays.stream(values())
                .filter(level -> level.compareTo(this) >= 0)
                .map(level -> "'" + level.wire() + "'")
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
