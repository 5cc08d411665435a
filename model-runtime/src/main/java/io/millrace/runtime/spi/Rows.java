package io.millrace.runtime.spi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An immutable columnar batch of rows. Arrays handed out are the batch's own: reading is free, changing them is a bug.
 *
 * <p>FLOAT64 and BOOL columns are {@code double[]} with NaN for missing; INT64 and TIMESTAMP are {@code long[]} with a
 * bitmap of missing; STRING is {@code String[]} with null for missing.
 */
public final class Rows {

    private final int size;
    private final List<Column> columns;
    private final Map<String, Integer> index;
    private final List<Data> data;

    private Rows(int size, List<Column> columns, Map<String, Integer> index, List<Data> data) {
        this.size = size;
        this.columns = columns;
        this.index = index;
        this.data = data;
    }

    /** Values of one column; exactly one array is used, by the column's type. */
    private record Data(
            double[] doubles, long[] longs, @Nullable String[] strings, BitSet missing) {}

    private static final double[] NO_DOUBLES = {};
    private static final long[] NO_LONGS = {};
    private static final @Nullable String[] NO_STRINGS = {};
    /** Never changed: shared by all columns without a missing value. */
    private static final BitSet NONE = new BitSet(0);

    public static Builder builder(List<Column> columns) {
        return new Builder(RowsLayout.of(columns), 16);
    }

    /** A builder with room for so many rows; more are taken as well. */
    public static Builder builder(RowsLayout layout, int rows) {
        return new Builder(layout, Math.max(1, rows));
    }

    public static Builder builder(Signature signature) {
        return builder(signature.inputs());
    }

    public int size() {
        return size;
    }

    public List<Column> columns() {
        return columns;
    }

    public List<String> names() {
        return columns.stream().map(Column::name).toList();
    }

    public Optional<Column> column(String name) {
        Integer at = index.get(name);
        return at == null ? Optional.empty() : Optional.of(columns.get(at));
    }

    /**
     * A numeric column as doubles, NaN where missing. Integers and timestamps (epoch milliseconds) are converted into a
     * new array.
     *
     * @throws SignatureException when the column is absent or STRING
     */
    public double[] doubles(String name) {
        return doubles(at(name));
    }

    /** As {@link #doubles(String)}, without a search when the column is where it is expected. */
    public double[] doubles(String name, int expected) {
        boolean there =
                expected < columns.size() && columns.get(expected).name().equals(name);
        return doubles(there ? expected : at(name));
    }

    private double[] doubles(int at) {
        Data column = data.get(at);
        return switch (columns.get(at).type()) {
            case FLOAT64, BOOL -> column.doubles;
            case INT64, TIMESTAMP -> {
                double[] converted = new double[size];
                for (int row = 0; row < size; row++) {
                    converted[row] = column.missing.get(row) ? Double.NaN : column.longs[row];
                }
                yield converted;
            }
            case STRING -> throw new SignatureException(columns.get(at).name(), null, "expected a number, got STRING");
        };
    }

    /**
     * An INT64 or TIMESTAMP column; 0 where {@link #isMissing}.
     *
     * @throws SignatureException when the column is absent or of another type
     */
    public long[] longs(String name) {
        int at = at(name);
        ColumnType type = columns.get(at).type();
        if (type != ColumnType.INT64 && type != ColumnType.TIMESTAMP) {
            throw new SignatureException(name, null, "expected INT64 or TIMESTAMP, got " + type);
        }
        return data.get(at).longs;
    }

    /**
     * A STRING column, null where missing.
     *
     * @throws SignatureException when the column is absent or of another type
     */
    public @Nullable String[] strings(String name) {
        int at = at(name);
        if (columns.get(at).type() != ColumnType.STRING) {
            throw new SignatureException(
                    name, null, "expected STRING, got " + columns.get(at).type());
        }
        return data.get(at).strings;
    }

    public boolean isMissing(String name, int row) {
        return data.get(at(name)).missing.get(checkRow(row));
    }

    /** The first row that has no value in the column. */
    public OptionalInt firstMissing(String name) {
        int row = data.get(at(name)).missing.nextSetBit(0);
        return row < 0 ? OptionalInt.empty() : OptionalInt.of(row);
    }

    /** A value as Double, Long, String, Boolean, or epoch milliseconds as Long; null when missing. */
    public @Nullable Object value(String name, int row) {
        int at = at(name);
        Data column = data.get(at);
        if (column.missing.get(checkRow(row))) {
            return null;
        }
        return switch (columns.get(at).type()) {
            case FLOAT64 -> (Object) column.doubles[row];
            case BOOL -> column.doubles[row] != 0;
            case INT64, TIMESTAMP -> column.longs[row];
            case STRING -> column.strings[row];
        };
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive). */
    public Rows slice(int from, int to) {
        java.util.Objects.checkFromToIndex(from, to, size);
        int[] picked = new int[to - from];
        Arrays.setAll(picked, i -> from + i);
        return pick(picked);
    }

    /** The given rows, in the given order; a row may be picked more than once. */
    public Rows pick(int[] rows) {
        for (int row : rows) {
            checkRow(row);
        }
        List<Data> picked = new ArrayList<>(data.size());
        for (Data column : data) {
            double[] doubles = column.doubles.length == 0 ? NO_DOUBLES : new double[rows.length];
            long[] longs = column.longs.length == 0 ? NO_LONGS : new long[rows.length];
            @Nullable String[] strings = column.strings.length == 0 ? NO_STRINGS : new String[rows.length];
            BitSet missing = new BitSet();
            for (int i = 0; i < rows.length; i++) {
                if (doubles.length > 0) {
                    doubles[i] = column.doubles[rows[i]];
                }
                if (longs.length > 0) {
                    longs[i] = column.longs[rows[i]];
                }
                if (strings.length > 0) {
                    strings[i] = column.strings[rows[i]];
                }
                if (column.missing.get(rows[i])) {
                    missing.set(i);
                }
            }
            picked.add(new Data(doubles, longs, strings, missing));
        }
        return new Rows(rows.length, columns, index, picked);
    }

    /** The rows of all parts, in their order. IllegalArgumentException unless all have the same columns in one order. */
    public static Rows join(List<Rows> parts) {
        Rows first = parts.get(0);
        int size = 0;
        for (Rows part : parts) {
            if (part.columns != first.columns && !part.columns.equals(first.columns)) {
                throw new IllegalArgumentException("rows of different columns cannot be joined");
            }
            size += part.size;
        }
        List<Data> joined = new ArrayList<>(first.data.size());
        for (int at = 0; at < first.data.size(); at++) {
            ColumnType type = first.columns.get(at).type();
            boolean number = type == ColumnType.FLOAT64 || type == ColumnType.BOOL;
            double[] doubles = number ? new double[size] : NO_DOUBLES;
            long[] longs = type == ColumnType.INT64 || type == ColumnType.TIMESTAMP ? new long[size] : NO_LONGS;
            @Nullable String[] strings = type == ColumnType.STRING ? new String[size] : NO_STRINGS;
            BitSet missing = new BitSet();
            int offset = 0;
            for (Rows part : parts) {
                Data data = part.data.get(at);
                System.arraycopy(data.doubles, 0, doubles, number ? offset : 0, data.doubles.length);
                System.arraycopy(data.longs, 0, longs, longs.length > 0 ? offset : 0, data.longs.length);
                System.arraycopy(data.strings, 0, strings, strings.length > 0 ? offset : 0, data.strings.length);
                int from = offset;
                data.missing.stream().forEach(row -> missing.set(from + row));
                offset += part.size;
            }
            joined.add(new Data(doubles, longs, strings, missing));
        }
        return new Rows(size, first.columns, first.index, joined);
    }

    private int at(String name) {
        Integer at = index.get(name);
        if (at == null) {
            throw new SignatureException(name, null, "missing");
        }
        return at;
    }

    private int checkRow(int row) {
        return java.util.Objects.checkIndex(row, size);
    }

    /** Collects rows and checks each value against its column. Not safe for concurrent use. */
    public static final class Builder {

        private final List<Column> columns;
        private final Map<String, Integer> index;
        private final double[][] doubles;
        private final long[][] longs;
        private final @Nullable String[][] strings;
        private final @Nullable BitSet[] missing;
        private int size;
        private int capacity;

        private Builder(RowsLayout layout, int capacity) {
            this.columns = layout.columns();
            this.index = layout.index();
            this.capacity = capacity;
            missing = new BitSet[columns.size()];
            doubles = new double[this.columns.size()][];
            longs = new long[this.columns.size()][];
            strings = new String[this.columns.size()][];
            for (int i = 0; i < this.columns.size(); i++) {
                resize(i, capacity);
            }
        }

        public int size() {
            return size;
        }

        /**
         * Adds a row of values by column name. A number may come as any {@link Number} or as text; names the batch does not
         * have are ignored; an absent name is a missing value. On an exception the row is not added.
         *
         * @throws SignatureException naming the column, the row's index in this batch, and what was expected
         */
        public Builder add(Map<String, ?> row) {
            for (int i = 0; i < columns.size(); i++) {
                set(i, row.get(columns.get(i).name()));
            }
            end();
            return this;
        }

        /**
         * Moves to a row for whoever fills column by column; in the end past the last one. Rows before it must be set whole.
         *
         * @param row at most the room that the builder was made with
         */
        public void move(int row) {
            size = java.util.Objects.checkIndex(row, capacity + 1);
        }

        /**
         * Sets a FLOAT64 column for all rows, each NaN being a missing value.
         *
         * @param numbers as many as the builder was made with room for; kept, so they must not change any more
         * @throws SignatureException naming the column, the first row that does not fit, and what was expected
         */
        public void fill(int at, double[] numbers) {
            Column column = columns.get(at);
            if (column.type() != ColumnType.FLOAT64 || numbers.length != capacity) {
                throw new IllegalArgumentException(numbers.length + " numbers for " + capacity + " rows of the "
                        + column.type() + " column " + column.name());
            }
            for (int row = 0; row < numbers.length; row++) {
                if (Double.isNaN(Values.number(column, row, numbers[row]))) {
                    size = row;
                    absent(at);
                }
            }
            doubles[at] = numbers;
        }

        /** Ends a row whose every column was set. */
        public void end() {
            size++;
        }

        /** As {@link #set(int, Object)} with a number, without an object for it where the column keeps it as it is. */
        public void set(int at, double number) {
            Column column = columns.get(at);
            if (column.type() == ColumnType.FLOAT64) {
                grow();
                doubles[at][size] = Values.number(column, size, number);
                present(at);
            } else {
                set(at, Double.valueOf(number));
            }
        }

        /** As {@link #set(int, Object)} with a whole number, without an object for it where the column takes it so. */
        public void set(int at, long number) {
            Column column = columns.get(at);
            if (column.type() == ColumnType.FLOAT64) {
                set(at, (double) number);
            } else if (column.type() == ColumnType.INT64) {
                grow();
                Values.inRange(column, size, number);
                longs[at][size] = number;
                present(at);
            } else {
                set(at, Long.valueOf(number));
            }
        }

        private void grow() {
            if (size == capacity) {
                capacity *= 2;
                for (int i = 0; i < columns.size(); i++) {
                    resize(i, capacity);
                }
            }
        }

        private void present(int at) {
            BitSet absent = missing[at];
            if (absent != null) {
                absent.clear(size);
            }
        }

        private void absent(int at) {
            BitSet absent = missing[at];
            if (absent == null) {
                absent = new BitSet(capacity);
                missing[at] = absent;
            }
            absent.set(size);
        }

        /**
         * Sets a value of the row that {@link #end} ends, which needs one for every column.
         *
         * @param at place of the column
         * @param given a number, a text, true or false; null: missing
         * @throws SignatureException as {@link #add} does
         */
        public void set(int at, @Nullable Object given) {
            grow();
            Column column = columns.get(at);
            present(at);
            switch (column.type()) {
                case FLOAT64, BOOL -> {
                    double value = column.type() == ColumnType.BOOL
                            ? Values.bool(column, size, given)
                            : Values.number(column, size, given);
                    doubles[at][size] = value;
                    if (Double.isNaN(value)) {
                        absent(at);
                    }
                }
                case INT64, TIMESTAMP -> {
                    Long value = column.type() == ColumnType.INT64
                            ? Values.integer(column, size, given)
                            : Values.timestamp(column, size, given);
                    longs[at][size] = value == null ? 0 : value;
                    if (value == null) {
                        absent(at);
                    }
                }
                case STRING -> {
                    String value = Values.text(column, size, given);
                    strings[at][size] = value;
                    if (value == null) {
                        absent(at);
                    }
                }
            }
        }

        private void resize(int at, int length) {
            switch (columns.get(at).type()) {
                case FLOAT64, BOOL ->
                    doubles[at] = doubles[at] == null ? new double[length] : Arrays.copyOf(doubles[at], length);
                case INT64, TIMESTAMP ->
                    longs[at] = longs[at] == null ? new long[length] : Arrays.copyOf(longs[at], length);
                case STRING ->
                    strings[at] = strings[at] == null ? new String[length] : Arrays.copyOf(strings[at], length);
            }
        }

        /** The batch so far. The builder can go on, a full one after it has grown; the batch does not change. */
        public Rows build() {
            List<Data> data = new ArrayList<>(columns.size());
            for (int i = 0; i < columns.size(); i++) {
                BitSet marked = missing[i];
                BitSet absent = marked == null || marked.isEmpty() ? NONE : (BitSet) marked.clone();
                data.add(
                        switch (columns.get(i).type()) {
                            case FLOAT64, BOOL ->
                                new Data(
                                        size == capacity ? doubles[i] : Arrays.copyOf(doubles[i], size),
                                        NO_LONGS,
                                        NO_STRINGS,
                                        absent);
                            case INT64, TIMESTAMP ->
                                new Data(
                                        NO_DOUBLES,
                                        size == capacity ? longs[i] : Arrays.copyOf(longs[i], size),
                                        NO_STRINGS,
                                        absent);
                            case STRING ->
                                new Data(
                                        NO_DOUBLES,
                                        NO_LONGS,
                                        size == capacity ? strings[i] : Arrays.copyOf(strings[i], size),
                                        absent);
                        });
            }
            return new Rows(size, columns, index, data);
        }
    }
}
