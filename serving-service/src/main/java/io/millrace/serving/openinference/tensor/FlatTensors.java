package io.millrace.serving.openinference.tensor;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.RowsLayout;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.inference.Cells;
import io.millrace.serving.inference.CheckedRows;
import io.millrace.serving.inference.InferenceInputs;
import io.millrace.serving.predictionlog.RowValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tensors as they were read from JSON: one for each column, or one with all columns. Whatever does not go straight into the
 * model's columns is left to the thorough reading of the same body, which also says what is wrong.
 */
public final class FlatTensors implements InferenceInputs {

    private final List<FlatTensor> tensors;
    private final Cells cells;
    private final Supplier<InferenceInputs> thorough;

    /**
     * A tensor whose elements are cells.
     *
     * @param columns elements of a row
     * @param start its first cell
     */
    public record FlatTensor(String name, Datatype datatype, int rows, int columns, int start) {}

    private FlatTensors(List<FlatTensor> tensors, Cells cells, Supplier<InferenceInputs> thorough) {
        this.tensors = tensors;
        this.cells = cells;
        this.thorough = thorough;
    }

    /** Null when the tensors are not all well formed. */
    public static @Nullable FlatTensors of(List<FlatTensor> tensors, Cells cells, Supplier<InferenceInputs> thorough) {
        int rows = tensors.get(0).rows;
        for (FlatTensor tensor : tensors) {
            if (tensor.rows != rows || !holds(tensor, cells)) {
                return null;
            }
        }
        return new FlatTensors(tensors, cells, thorough);
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
        Object first = cells.value(tensor.start);
        for (int row = 1; row < tensor.rows; row++) {
            if (!Objects.equals(first, cells.value(tensor.start + row))) {
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
        }
        List<RowValues> values = new ArrayList<>(size());
        for (int row = 0; row < size(); row++) {
            for (int i = 0; i < layout.columns().size(); i++) {
                Column column = layout.columns().get(i);
                FlatTensor tensor = together ? first : place(i, column);
                if (tensor == null) {
                    rows.set(i, null);
                } else if (!cells.set(
                        together ? first.start + row * first.columns + i : tensor.start + row,
                        rows,
                        i,
                        column.type())) {
                    return null;
                }
            }
            rows.end();
            values.add(together ? new TogetherRow(layout, row) : new TensorRow(row));
        }
        return new CheckedRows(rows.build(), values);
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
        public void forEach(BiConsumer<String, @Nullable Object> action) {
            for (FlatTensor tensor : tensors) {
                action.accept(tensor.name, cells.value(tensor.start + row));
            }
        }

        @Override
        public long weight() {
            return cells.weight() / size();
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
        public void forEach(BiConsumer<String, @Nullable Object> action) {
            FlatTensor tensor = tensors.get(0);
            for (int i = 0; i < tensor.columns; i++) {
                action.accept(layout.columns().get(i).name(), cells.value(tensor.start + row * tensor.columns + i));
            }
        }

        @Override
        public long weight() {
            return cells.weight() / size();
        }
    }

    @Override
    public PlatformException refused(SignatureException complaint) {
        return thorough.get().refused(complaint);
    }
}
