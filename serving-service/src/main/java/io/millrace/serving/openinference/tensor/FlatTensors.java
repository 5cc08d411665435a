package io.millrace.serving.openinference.tensor;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.RowsLayout;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.inference.Cells;
import io.millrace.serving.inference.CheckedRows;
import io.millrace.serving.inference.Elements;
import io.millrace.serving.inference.InferenceInputs;
import io.millrace.serving.predictionlog.RowValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tensors that are read where they lie: one for each column, or one with all columns. Whatever does not go straight into the
 * model's columns is left to the thorough reading of the same body, which also says what is wrong.
 */
public final class FlatTensors implements InferenceInputs {

    private final List<FlatTensor> tensors;
    private final Supplier<InferenceInputs> thorough;

    /**
     * A tensor and where its elements are.
     *
     * @param columns elements of a row
     * @param elements row by row, perhaps with those of other tensors around them
     * @param start the first of its own
     */
    public record FlatTensor(String name, Datatype datatype, int rows, int columns, Elements elements, int start) {

        @Nullable
        Object value(int row, int column) {
            return elements.value(start + row * columns + column);
        }
    }

    private FlatTensors(List<FlatTensor> tensors, Supplier<InferenceInputs> thorough) {
        this.tensors = tensors;
        this.thorough = thorough;
    }

    /** Tensors of JSON, whose elements are all in the cells; null when they are not all well formed. */
    public static @Nullable FlatTensors of(List<FlatTensor> tensors, Cells cells, Supplier<InferenceInputs> thorough) {
        return alike(tensors) && tensors.stream().allMatch(tensor -> holds(tensor, cells))
                ? new FlatTensors(tensors, thorough)
                : null;
    }

    /** Tensors of the binary form, which holds nothing that is not of its datatype; null when they do not go together. */
    static @Nullable FlatTensors of(List<FlatTensor> tensors, Supplier<InferenceInputs> thorough) {
        return alike(tensors) ? new FlatTensors(tensors, thorough) : null;
    }

    private static boolean alike(List<FlatTensor> tensors) {
        int rows = tensors.get(0).rows;
        return tensors.stream().allMatch(tensor -> tensor.rows == rows);
    }

    private static boolean holds(FlatTensor tensor, Cells cells) {
        int end = tensor.start + tensor.rows * tensor.columns;
        for (int at = tensor.start; at < end; at++) {
            boolean fits = switch (tensor.datatype.kind()) {
                case BOOL -> cells.flag(at);
                case WHOLE ->
                    cells.whole(at) && (tensor.datatype == Datatype.INT64 || tensor.datatype.holds(cells.value(at)));
                case REAL -> tensor.datatype.hasJson() && cells.number(at);
                case TEXT -> cells.word(at);
            };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int size() {
        return tensors.get(0).rows;
    }

    @Override
    public @Nullable String key(String column) {
        FlatTensor tensor = find(column);
        if (tensor == null) {
            return null;
        }
        Object first = tensor.value(0, 0);
        for (int row = 1; row < tensor.rows; row++) {
            if (!Objects.equals(first, tensor.value(row, 0))) {
                return thorough.get().key(column);
            }
        }
        return first == null ? null : first.toString();
    }

    /** The tensor that is a column of that name. */
    private @Nullable FlatTensor find(String name) {
        for (FlatTensor tensor : tensors) {
            if (tensor.columns == 1 && tensor.name.equals(name)) {
                return tensor;
            }
        }
        return null;
    }

    @Override
    public CheckedRows read(Signature signature, RowsLayout layout, Set<String> known) {
        try {
            CheckedRows straight = straight(layout, known);
            return straight == null ? thorough.get().read(signature, layout, known) : straight;
        } catch (SignatureException e) {
            return thorough.get().read(signature, layout, known);
        }
    }

    private @Nullable CheckedRows straight(RowsLayout layout, Set<String> known) {
        FlatTensor first = tensors.get(0);
        boolean together = tensors.size() == 1
                && layout.find(first.name) < 0
                && first.columns == layout.columns().size()
                && layout.find(first.name + "[0]") < 0;
        if (!together && !byColumn(layout, known)) {
            return null;
        }
        Rows.Builder rows = Rows.builder(layout, size());
        for (int i = 0; i < layout.columns().size(); i++) {
            Column column = layout.columns().get(i);
            FlatTensor tensor = together ? first : place(i, column);
            if (tensor != null && !tensor.datatype.fits(column.type())) {
                return null;
            }
            if (!fill(rows, i, column.type(), tensor, together ? i : 0)) {
                return null;
            }
        }
        rows.move(size());
        List<RowValues> values = new ArrayList<>(size());
        for (int row = 0; row < size(); row++) {
            values.add(together ? new TogetherRow(layout, row) : new TensorRow(row));
        }
        return new CheckedRows(rows.build(), values);
    }

    /** Sets a column for all rows; false when a request must not fill it so. */
    private boolean fill(Rows.Builder rows, int at, ColumnType type, @Nullable FlatTensor tensor, int offset) {
        double[] numbers = tensor == null || type != ColumnType.FLOAT64
                ? null
                : tensor.elements.numbers(tensor.start + offset, tensor.columns, size());
        if (numbers != null) {
            rows.fill(at, numbers);
            return true;
        }
        for (int row = 0; row < size(); row++) {
            rows.move(row);
            if (tensor == null) {
                rows.set(at, null);
            } else if (!tensor.elements.set(tensor.start + row * tensor.columns + offset, rows, at, type)) {
                return false;
            }
        }
        return true;
    }

    /** Whether every tensor is a column, each but once, that somebody reads. */
    private boolean byColumn(RowsLayout layout, Set<String> known) {
        Set<String> names = new HashSet<>();
        for (FlatTensor tensor : tensors) {
            if (tensor.columns != 1
                    || !names.add(tensor.name)
                    || (layout.find(tensor.name) < 0 && !known.contains(tensor.name))) {
                return false;
            }
        }
        return true;
    }

    private @Nullable FlatTensor place(int at, Column column) {
        if (at < tensors.size() && tensors.get(at).name.equals(column.name())) {
            return tensors.get(at);
        }
        return find(column.name());
    }

    /** A row of tensors that are columns. */
    private final class TensorRow implements RowValues {

        private final int row;

        TensorRow(int row) {
            this.row = row;
        }

        @Override
        public void give(Receiver to) {
            for (FlatTensor tensor : tensors) {
                tensor.elements.give(tensor.start + row * tensor.columns, tensor.name, to);
            }
        }
    }

    /** A row of the one tensor with all columns. */
    private final class TogetherRow implements RowValues {

        private final RowsLayout layout;
        private final int row;

        TogetherRow(RowsLayout layout, int row) {
            this.layout = layout;
            this.row = row;
        }

        @Override
        public void give(Receiver to) {
            FlatTensor tensor = tensors.get(0);
            int start = tensor.start + row * tensor.columns;
            for (int i = 0; i < tensor.columns; i++) {
                tensor.elements.give(start + i, layout.columns().get(i).name(), to);
            }
        }
    }

    @Override
    public PlatformException refused(SignatureException complaint) {
        return thorough.get().refused(complaint);
    }
}
