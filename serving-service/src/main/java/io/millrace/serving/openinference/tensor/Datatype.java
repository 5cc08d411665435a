package io.millrace.serving.openinference.tensor;

import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.OutputType;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A datatype of the protocol and how its elements look in JSON. */
public enum Datatype {
    BOOL(Kind.BOOL, 1),
    UINT8(Kind.WHOLE, 1),
    UINT16(Kind.WHOLE, 2),
    UINT32(Kind.WHOLE, 4),
    UINT64(Kind.WHOLE, 8),
    INT8(Kind.WHOLE, 1),
    INT16(Kind.WHOLE, 2),
    INT32(Kind.WHOLE, 4),
    INT64(Kind.WHOLE, 8),
    FP16(Kind.REAL, 2),
    BF16(Kind.REAL, 2),
    FP32(Kind.REAL, 4),
    FP64(Kind.REAL, 8),
    BYTES(Kind.TEXT, 0);

    /** What an element is in JSON. */
    public enum Kind {
        BOOL,
        WHOLE,
        REAL,
        TEXT
    }

    private static final Map<String, Datatype> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Enum::name, type -> type));

    private final Kind kind;
    private final int bytes;

    Datatype(Kind kind, int bytes) {
        this.kind = kind;
        this.bytes = bytes;
    }

    /** Bytes of an element in binary form; 0 when that differs. */
    public int bytes() {
        return bytes;
    }

    /** Whether elements can be said in JSON. */
    boolean hasJson() {
        return this != FP16 && this != BF16;
    }

    public Kind kind() {
        return kind;
    }

    public static Optional<Datatype> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Whether a tensor of this type can fill a column. Real numbers fill whole ones: data frames with gaps send them. */
    public boolean fits(ColumnType column) {
        return switch (column) {
            case FLOAT64 -> kind == Kind.REAL || kind == Kind.WHOLE;
            case INT64 -> kind == Kind.WHOLE || kind == Kind.REAL;
            case BOOL -> kind == Kind.BOOL || kind == Kind.WHOLE;
            case STRING -> kind == Kind.TEXT;
            case TIMESTAMP -> kind == Kind.TEXT || kind == Kind.WHOLE;
        };
    }

    /** Whether a value is an element of this type; null is a missing value of any. */
    boolean holds(@Nullable Object value) {
        if (value == null) {
            return true;
        }
        return switch (kind) {
            case BOOL -> value instanceof Boolean;
            case WHOLE -> whole(value);
            case REAL -> value instanceof Number;
            case TEXT -> value instanceof String;
        };
    }

    private boolean whole(Object value) {
        if (value instanceof BigInteger big) {
            return this == UINT64 && big.signum() >= 0 && big.bitLength() <= 64;
        }
        if (!(value instanceof Integer) && !(value instanceof Long)) {
            return false;
        }
        long number = ((Number) value).longValue();
        int bits = bytes * 8;
        if (name().startsWith("U")) {
            return number >= 0 && (bits == 64 || number < 1L << bits);
        }
        return bits == 64 || (number >= -(1L << (bits - 1)) && number < 1L << (bits - 1));
    }

    /** The type that says best what a column takes. */
    public static Datatype of(ColumnType column) {
        return switch (column) {
            case FLOAT64 -> FP64;
            case INT64 -> INT64;
            case BOOL -> BOOL;
            case STRING, TIMESTAMP -> BYTES;
        };
    }

    public static Datatype of(OutputType output) {
        return switch (output) {
            case FLOAT64 -> FP64;
            case FLOAT32 -> FP32;
            case INT64 -> INT64;
            case STRING -> BYTES;
        };
    }
}
