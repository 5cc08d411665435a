package io.millrace.serving.openinference;

import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.OutputType;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A datatype of the protocol and how its elements look in JSON. */
enum Datatype {
    BOOL(Kind.BOOL),
    UINT8(Kind.WHOLE),
    UINT16(Kind.WHOLE),
    UINT32(Kind.WHOLE),
    UINT64(Kind.WHOLE),
    INT8(Kind.WHOLE),
    INT16(Kind.WHOLE),
    INT32(Kind.WHOLE),
    INT64(Kind.WHOLE),
    FP32(Kind.REAL),
    FP64(Kind.REAL),
    BYTES(Kind.TEXT);

    /** What an element is in JSON. */
    enum Kind {
        BOOL,
        WHOLE,
        REAL,
        TEXT
    }

    private final Kind kind;

    Datatype(Kind kind) {
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    static Optional<Datatype> find(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /** Whether a tensor of this type can fill a column. Real numbers fill whole ones: data frames with gaps send them. */
    boolean fits(ColumnType column) {
        return switch (column) {
            case FLOAT64 -> kind == Kind.REAL || kind == Kind.WHOLE;
            case INT64 -> kind == Kind.WHOLE || kind == Kind.REAL;
            case BOOL -> kind == Kind.BOOL || kind == Kind.WHOLE;
            case STRING -> kind == Kind.TEXT;
            case TIMESTAMP -> kind == Kind.TEXT || kind == Kind.WHOLE;
        };
    }

    /** Whether a JSON value is an element of this type; null is a missing value of any. */
    boolean holds(@Nullable Object value) {
        if (value == null) {
            return true;
        }
        return switch (kind) {
            case BOOL -> value instanceof Boolean;
            case WHOLE -> value instanceof Integer || value instanceof Long || value instanceof java.math.BigInteger;
            case REAL -> value instanceof Number;
            case TEXT -> value instanceof String;
        };
    }

    /** The type that says best what a column takes. */
    static Datatype of(ColumnType column) {
        return switch (column) {
            case FLOAT64 -> FP64;
            case INT64 -> INT64;
            case BOOL -> BOOL;
            case STRING, TIMESTAMP -> BYTES;
        };
    }

    static Datatype of(OutputType output) {
        return switch (output) {
            case FLOAT64 -> FP64;
            case FLOAT32 -> FP32;
            case INT64 -> INT64;
            case STRING -> BYTES;
        };
    }
}
