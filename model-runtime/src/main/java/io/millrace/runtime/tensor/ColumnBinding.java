package io.millrace.runtime.tensor;

import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The columns that fill an input of a graph.
 *
 * @param rank 1 for a tensor of N values, 2 for N by the number of columns
 * @param columns left to right
 */
public record ColumnBinding(String input, ElementType type, int rank, List<String> columns) {

    public ColumnBinding {
        columns = List.copyOf(columns);
    }

    /** The tensor's dimensions for so many rows. */
    public long[] shape(int rows) {
        return rank == 1 ? new long[] {rows} : new long[] {rows, columns.size()};
    }

    /** Bytes that {@link #fill} writes for so many rows. */
    public int bytes(int rows) {
        return Math.multiplyExact(Math.multiplyExact(rows, columns.size()), type.bytes());
    }

    /** Writes the tensor's values from the start of a buffer; a missing number is a NaN. For all types but STRING. */
    public void fill(ByteBuffer bytes, Rows rows) {
        for (int at = 0; at < columns.size(); at++) {
            column(bytes, at, rows);
        }
    }

    /** Writes one column of a matrix whose rows lie one after the other. */
    private void column(ByteBuffer bytes, int at, Rows rows) {
        String name = columns.get(at);
        int width = columns.size();
        int size = rows.size();
        int step = type.bytes();
        switch (type) {
            case FLOAT -> {
                double[] numbers = rows.doubles(name);
                for (int row = 0; row < size; row++) {
                    bytes.putFloat((row * width + at) * step, (float) numbers[row]);
                }
            }
            case DOUBLE -> {
                double[] numbers = rows.doubles(name);
                for (int row = 0; row < size; row++) {
                    bytes.putDouble((row * width + at) * step, numbers[row]);
                }
            }
            case INT64, INT32 -> {
                long[] numbers = whole(rows, name);
                for (int row = 0; row < size; row++) {
                    if (step == Long.BYTES) {
                        bytes.putLong((row * width + at) * step, numbers[row]);
                    } else {
                        bytes.putInt((row * width + at) * step, Math.toIntExact(numbers[row]));
                    }
                }
            }
            default -> {
                double[] numbers = rows.doubles(name);
                for (int row = 0; row < size; row++) {
                    bytes.put(row * width + at, (byte) (numbers[row] != 0 ? 1 : 0));
                }
            }
        }
    }

    /** Through long, not double: identifiers above 2^53 must arrive unchanged. */
    private static long[] whole(Rows rows, String column) {
        return rows.column(column).orElseThrow().type() == ColumnType.BOOL
                ? Arrays.stream(rows.doubles(column))
                        .mapToLong(flag -> (long) flag)
                        .toArray()
                : rows.longs(column);
    }

    /** The values of a tensor of texts, those of a row side by side; the empty text where one is missing. */
    public String[] texts(Rows rows) {
        int width = columns.size();
        String[] texts = new String[Math.multiplyExact(rows.size(), width)];
        for (int at = 0; at < width; at++) {
            @Nullable String[] column = rows.strings(columns.get(at));
            for (int row = 0; row < rows.size(); row++) {
                String text = column[row];
                texts[row * width + at] = text == null ? "" : text;
            }
        }
        return texts;
    }
}
