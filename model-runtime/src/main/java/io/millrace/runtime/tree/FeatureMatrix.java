package io.millrace.runtime.tree;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Rows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Named columns to the matrix a booster reads: NaN for missing, a category's code, -1 for a category it has not seen. */
final class FeatureMatrix {

    private static final int UNSEEN = -1;

    /**
     * A feature's column.
     *
     * @param place of the column in the signature
     * @param codes code by text, or by number as {@link #key} writes it; empty when the value is taken as it is
     */
    private record Binding(Column column, int place, Map<String, Integer> codes) {}

    private final List<Binding> bindings;
    private final boolean single;

    private FeatureMatrix(List<Binding> bindings, boolean single) {
        this.bindings = bindings;
        this.single = single;
    }

    /**
     * Finds the column of each feature: by name; by order when the model's names are only numbers of columns.
     *
     * @param named whether the file's names are the ones that people gave
     * @param single whether the model compares 32 bit floats
     * @throws ModelFormatException when a column is not there, is left over, or has a type that does not fit
     */
    static FeatureMatrix of(List<Feature> features, List<Column> columns, boolean named, boolean single) {
        Map<String, Column> byName = new HashMap<>();
        columns.forEach(column -> byName.put(column.name(), column));
        boolean all = features.stream().allMatch(feature -> byName.containsKey(feature.name()));
        if (features.size() != columns.size() || (named && !all)) {
            throw new ModelFormatException("the model reads the " + features.size() + " columns "
                    + shown(features.stream().map(Feature::name).toList()) + ", the signature has "
                    + shown(columns.stream().map(Column::name).toList()));
        }
        List<Binding> bindings = new ArrayList<>();
        for (int i = 0; i < features.size(); i++) {
            Feature feature = features.get(i);
            Column column = all ? byName.get(feature.name()) : columns.get(i);
            if (column != null) {
                bindings.add(new Binding(column, columns.indexOf(column), codes(feature, column)));
            }
        }
        return new FeatureMatrix(bindings, single);
    }

    private static Map<String, Integer> codes(Feature feature, Column column) {
        boolean text = column.type() == ColumnType.STRING;
        List<String> known = feature.categories().isEmpty() ? column.categories() : feature.categories();
        if (text && (!feature.category() || known.isEmpty())) {
            throw new ModelFormatException("column " + column.name() + " is STRING, but the model reads a number"
                    + (feature.category() ? ", the code of a category: declare the categories in order" : ""));
        }
        Map<String, Integer> codes = new HashMap<>();
        if (feature.category()) {
            known.forEach(category -> codes.put(text ? category : key(category), codes.size()));
        }
        return codes;
    }

    private static String shown(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(20, names.size()))) + (names.size() > 20 ? ", ..." : "");
    }

    private static String key(String category) {
        try {
            return key(Double.parseDouble(category));
        } catch (NumberFormatException e) {
            return category;
        }
    }

    private static String key(double number) {
        return Double.toString(number + 0.0);
    }

    double[] of(Rows rows) {
        int width = bindings.size();
        int size = rows.size();
        double[] matrix = new double[Math.multiplyExact(size, width)];
        for (int at = 0; at < width; at++) {
            Binding binding = bindings.get(at);
            String name = binding.column.name();
            if (binding.column.type() == ColumnType.STRING) {
                @Nullable String[] texts = rows.strings(name);
                for (int row = 0; row < size; row++) {
                    String text = texts[row];
                    matrix[row * width + at] = text == null ? Double.NaN : binding.codes.getOrDefault(text, UNSEEN);
                }
                continue;
            }
            double[] values = rows.doubles(name, binding.place);
            for (int row = 0; row < size; row++) {
                double value = values[row];
                if (!binding.codes.isEmpty() && !Double.isNaN(value)) {
                    value = binding.codes.getOrDefault(key(value), UNSEEN);
                }
                matrix[row * width + at] = single ? (float) value : value;
            }
        }
        return matrix;
    }

    long memoryBytes() {
        return bindings.stream()
                .mapToLong(binding -> 64 + 100L * binding.codes.size())
                .sum();
    }
}
