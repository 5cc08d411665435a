package io.millrace.serving.inference;

import io.millrace.runtime.spi.RowsLayout;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.predictionlog.RowValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Inputs that give a map for each row: every form but those that are read straight into columns. */
public interface MapInputs extends InferenceInputs {

    /**
     * The rows by column name.
     *
     * @throws SignatureException when they cannot be read as rows of this signature
     */
    List<Map<String, @Nullable Object>> rows(Signature signature);

    @Override
    default CheckedRows read(Signature signature, RowsLayout layout, Set<String> known) {
        List<Map<String, @Nullable Object>> rows = rows(signature);
        List<RowValues> values = new ArrayList<>(rows.size());
        rows.forEach(row -> values.add(RowValues.of(row)));
        return new CheckedRows(RowCheck.rows(rows, layout, known), values);
    }
}
