package io.millrace.pipeline.training;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import io.millrace.statistics.drift.NumericProfile;
import io.millrace.statistics.drift.Profile;
import io.millrace.statistics.drift.ProfileBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the training rows looked like, column by column, as applications will send them: before any feature is made. */
final class ReferenceProfile {

    /** The column of the model's own scores. */
    static final String SCORE = "__score__";

    private ReferenceProfile() {}

    /** @param scores of rows that the model did not learn from, so that serving's scores compare with them */
    static Profile of(Rows train, List<Column> inputs, double[] scores) {
        Map<String, double[]> numbers = new HashMap<>();
        Map<String, @Nullable String[]> texts = new HashMap<>();
        for (Column column : inputs) {
            if (column.type() == ColumnType.TIMESTAMP) {
                // Time goes on by itself; that is no drift.
                continue;
            }
            if (column.type() == ColumnType.STRING) {
                texts.put(column.name(), train.strings(column.name()));
            } else {
                double[] values = new double[train.size()];
                for (int i = 0; i < values.length; i++) {
                    Object value = train.value(column.name(), i);
                    values[i] = value instanceof Number number
                            ? number.doubleValue()
                            : value instanceof Boolean flag ? (flag ? 1 : 0) : Double.NaN;
                }
                numbers.put(column.name(), values);
            }
        }
        Profile profile = ProfileBuilder.reference(numbers, texts);
        Profile score = ProfileBuilder.reference(Map.of(SCORE, scores), Map.of());
        Map<String, NumericProfile> merged = new HashMap<>(profile.numeric());
        merged.putAll(score.numeric());
        return new Profile(profile.rows(), merged, profile.categorical());
    }
}
