package io.millrace.serving.openinference.tensor;

import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import io.millrace.serving.inference.Elements;
import io.millrace.serving.predictionlog.RowValues;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Numbers and flags of a tensor where they lie in the body, little-endian; read in place, without an object for each. */
final class BinaryElements implements Elements {

    private final Datatype datatype;
    private final ByteBuffer bytes;

    /** @param bytes exactly those of the tensor, checked for BOOL; not BYTES */
    BinaryElements(Datatype datatype, ByteBuffer bytes) {
        this.datatype = datatype;
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public @Nullable Object value(int at) {
        if (datatype.kind() == Datatype.Kind.REAL) {
            double number = real(at);
            return Double.isNaN(number) ? null : (Object) number;
        }
        if (datatype == Datatype.BOOL) {
            return bytes.get(at) != 0;
        }
        return datatype == Datatype.UINT64 ? BinaryPart.unsigned(bytes.getLong(at * 8)) : (Object) whole(at);
    }

    @Override
    public void give(int at, String column, RowValues.Receiver to) {
        double number = datatype.kind() == Datatype.Kind.REAL ? real(at) : Double.NaN;
        if (!Double.isNaN(number)) {
            to.real(column, number);
        } else if (datatype.kind() == Datatype.Kind.WHOLE && datatype != Datatype.UINT64) {
            to.whole(column, whole(at));
        } else {
            to.other(column, value(at));
        }
    }

    @Override
    public boolean set(int at, Rows.Builder rows, int column, ColumnType type) {
        if (datatype.kind() == Datatype.Kind.WHOLE && datatype != Datatype.UINT64) {
            rows.set(column, whole(at));
        } else {
            rows.set(column, value(at));
        }
        return true;
    }

    @Override
    public double @Nullable [] numbers(int start, int step, int count) {
        double[] numbers = new double[count];
        switch (datatype) {
            case BOOL, UINT64 -> {
                return null;
            }
            case FP32 -> {
                for (int i = 0; i < count; i++) {
                    numbers[i] = bytes.getFloat((start + i * step) * 4);
                }
            }
            case FP64 -> {
                for (int i = 0; i < count; i++) {
                    numbers[i] = bytes.getDouble((start + i * step) * 8);
                }
            }
            default -> {
                boolean real = datatype.kind() == Datatype.Kind.REAL;
                for (int i = 0; i < count; i++) {
                    numbers[i] = real ? real(start + i * step) : whole(start + i * step);
                }
            }
        }
        return numbers;
    }

    private double real(int at) {
        return switch (datatype) {
            case FP16 -> BinaryPart.half(bytes.getShort(at * 2));
            case BF16 -> Float.intBitsToFloat(bytes.getShort(at * 2) << 16);
            case FP32 -> bytes.getFloat(at * 4);
            default -> bytes.getDouble(at * 8);
        };
    }

    private long whole(int at) {
        return switch (datatype) {
            case UINT8 -> bytes.get(at) & 0xff;
            case UINT16 -> bytes.getShort(at * 2) & 0xffff;
            case UINT32 -> bytes.getInt(at * 4) & 0xffff_ffffL;
            case INT8 -> bytes.get(at);
            case INT16 -> bytes.getShort(at * 2);
            case INT32 -> bytes.getInt(at * 4);
            default -> bytes.getLong(at * 8);
        };
    }
}
