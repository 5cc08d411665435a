package io.millrace.runtime.tensor;

import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.OutputType;

/** What a tensor holds. */
public enum ElementType {
    FLOAT,
    DOUBLE,
    INT32,
    INT64,
    BOOL,
    STRING,
    INT8,
    INT16,
    UINT8,
    FLOAT16,
    BFLOAT16,
    UNKNOWN;

    /**
     * Bytes of an element of an input.
     *
     * @throws ModelFormatException when rows cannot fill inputs of this type, or not as bytes
     */
    public int bytes() {
        return switch (this) {
            case FLOAT, INT32 -> 4;
            case DOUBLE, INT64 -> 8;
            case BOOL -> 1;
            case INT8, INT16, UINT8, FLOAT16, BFLOAT16, STRING, UNKNOWN ->
                throw new ModelFormatException("inputs of type " + this + " are not supported");
        };
    }

    ColumnType columnType(String input) {
        return switch (this) {
            case FLOAT, DOUBLE -> ColumnType.FLOAT64;
            case INT32, INT64 -> ColumnType.INT64;
            case BOOL -> ColumnType.BOOL;
            case STRING -> ColumnType.STRING;
            case INT8, INT16, UINT8, FLOAT16, BFLOAT16, UNKNOWN ->
                throw new ModelFormatException("input " + input + " has the unsupported type " + this);
        };
    }

    OutputType outputType() {
        return switch (this) {
            case STRING -> OutputType.STRING;
            case FLOAT -> OutputType.FLOAT32;
            case DOUBLE -> OutputType.FLOAT64;
            case INT32, INT64, BOOL, INT8, INT16, UINT8, FLOAT16, BFLOAT16, UNKNOWN -> OutputType.INT64;
        };
    }
}
