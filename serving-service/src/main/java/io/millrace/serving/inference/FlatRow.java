package io.millrace.serving.inference;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.RowsLayout;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.predictionlog.RowValues;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One row as it was read from JSON, in its order. Whatever does not go straight into the model's columns is left to the thorough
 * reading of the same body, which also says what is wrong.
 */
final class FlatRow implements InferenceInputs, RowValues {

    private final String[] names;
    private final Cells cells;
    private final Supplier<InferenceInputs> thorough;

    /** @param names of the cells, in their order; not copied, perhaps longer */
    FlatRow(String[] names, Cells cells, Supplier<InferenceInputs> thorough) {
        this.names = names;
        this.cells = cells;
        this.thorough = thorough;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public @Nullable String key(String column) {
        int at = find(column);
        Object value = at < 0 ? null : cells.value(at);
        return value == null ? null : value.toString();
    }

    @Override
    public CheckedRows read(Signature signature, RowsLayout layout, Set<String> known) {
        try {
            Rows rows = straight(layout, known);
            return rows == null ? thorough.get().read(signature, layout, known) : new CheckedRows(rows, List.of(this));
        } catch (SignatureException e) {
            return thorough.get().read(signature, layout, known);
        }
    }

    /** Null when it is not as simple as that. */
    private @Nullable Rows straight(RowsLayout layout, Set<String> known) {
        List<Column> columns = layout.columns();
        Rows.Builder rows = Rows.builder(layout, 1);
        int found = 0;
        boolean ordered = true;
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            boolean here = i < cells.size() && names[i].equals(column.name());
            int at = here ? i : find(column.name());
            ordered &= here;
            if (at < 0) {
                rows.set(i, null);
            } else if (cells.set(at, rows, i, column.type())) {
                found++;
            } else {
                return null;
            }
        }
        rows.end();
        boolean simple = found == cells.size() ? ordered || unique() : unique() && othersIn(layout, known);
        return simple ? rows.build() : null;
    }

    private boolean othersIn(RowsLayout layout, Set<String> known) {
        for (int i = 0; i < cells.size(); i++) {
            if (layout.find(names[i]) < 0 && !known.contains(names[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean unique() {
        return new HashSet<>(Arrays.asList(names).subList(0, cells.size())).size() == cells.size();
    }

    private int find(String name) {
        for (int i = 0; i < cells.size(); i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public PlatformException refused(SignatureException complaint) {
        return thorough.get().refused(complaint);
    }

    @Override
    public void give(Receiver to) {
        for (int i = 0; i < cells.size(); i++) {
            cells.give(i, names[i], to);
        }
    }
}
