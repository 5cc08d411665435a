package io.millrace.serving.inference;

import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import io.millrace.serving.json.JsonScanner;
import io.millrace.serving.predictionlog.RowValues;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Scalar values of a JSON text, one after the other, without an object for each. Filled by one thread, then read by any number.
 */
public final class Cells implements Elements {

    /** What a cell holds. */
    private static final byte NONE = 0;

    private static final byte WHOLE = 1;
    private static final byte REAL = 2;
    private static final byte YES = 3;
    private static final byte NO = 4;
    private static final byte TEXT = 5;

    private byte[] kinds = new byte[32];
    private long[] bits = new long[32];
    private @Nullable String[] texts = {};
    private int size;

    /** Adds the value that comes next; false when it is none that fits here: a list, an object, a number beyond 64 bits. */
    public boolean add(JsonScanner json) {
        JsonScanner.Kind kind = json.scalar();
        if (kind == null) {
            return false;
        }
        switch (kind) {
            case REAL -> put(REAL, Double.doubleToRawLongBits(json.real()));
            case WHOLE -> put(WHOLE, json.whole());
            case TRUE -> put(YES, 0);
            case FALSE -> put(NO, 0);
            case NULL -> put(NONE, 0);
            case TEXT -> {
                String text = json.text();
                if (text == null) {
                    return false;
                }
                text(text);
            }
        }
        return true;
    }

    private void put(byte kind, long value) {
        if (size == kinds.length) {
            kinds = Arrays.copyOf(kinds, size * 2);
            bits = Arrays.copyOf(bits, size * 2);
        }
        kinds[size] = kind;
        bits[size] = value;
        size++;
    }

    private void text(String text) {
        put(TEXT, 0);
        if (texts.length < size) {
            texts = Arrays.copyOf(texts, kinds.length);
        }
        texts[size - 1] = text;
    }

    public int size() {
        return size;
    }

    @Override
    public @Nullable Object value(int at) {
        return switch (kinds[at]) {
            case WHOLE -> (Object) bits[at];
            case REAL -> Double.longBitsToDouble(bits[at]);
            case YES -> true;
            case NO -> false;
            case TEXT -> texts[at];
            default -> null;
        };
    }

    @Override
    public void give(int at, String column, RowValues.Receiver to) {
        switch (kinds[at]) {
            case WHOLE -> to.whole(column, bits[at]);
            case REAL -> to.real(column, Double.longBitsToDouble(bits[at]));
            default -> to.other(column, value(at));
        }
    }

    /** Whether the cell holds true, false or null. */
    public boolean flag(int at) {
        return kinds[at] == YES || kinds[at] == NO || kinds[at] == NONE;
    }

    /** Whether the cell holds a number or null. */
    public boolean number(int at) {
        return kinds[at] == REAL || whole(at);
    }

    /** Whether the cell holds a whole number or null. */
    public boolean whole(int at) {
        return kinds[at] == WHOLE || kinds[at] == NONE;
    }

    /** Whether the cell holds a text or null. */
    public boolean word(int at) {
        return kinds[at] == TEXT || kinds[at] == NONE;
    }

    @Override
    public double @Nullable [] numbers(int start, int step, int count) {
        double[] numbers = new double[count];
        int at = start;
        for (int i = 0; i < count; i++) {
            byte kind = kinds[at];
            if (kind == REAL) {
                numbers[i] = Double.longBitsToDouble(bits[at]);
            } else if (kind == WHOLE) {
                numbers[i] = bits[at];
            } else if (kind == NONE) {
                numbers[i] = Double.NaN;
            } else {
                return null;
            }
            at += step;
        }
        return numbers;
    }

    @Override
    public boolean set(int at, Rows.Builder rows, int column, ColumnType type) {
        boolean word = type == ColumnType.STRING || type == ColumnType.TIMESTAMP;
        switch (kinds[at]) {
            case REAL -> rows.set(column, Double.longBitsToDouble(bits[at]));
            case WHOLE -> rows.set(column, bits[at]);
            default -> rows.set(column, value(at));
        }
        return kinds[at] == NONE || (type == ColumnType.STRING ? kinds[at] == TEXT : word || kinds[at] != TEXT);
    }
}
