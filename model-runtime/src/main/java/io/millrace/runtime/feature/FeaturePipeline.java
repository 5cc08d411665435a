package io.millrace.runtime.feature;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Rows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Learns features from training rows. Only training rows may be given: whatever is learned here must not see the test set. */
public final class FeaturePipeline {

    private FeaturePipeline() {}

    /**
     * Fits the specs; a column no spec names gets {@link FeatureSpec#defaultFor}. The same rows give the same result.
     *
     * @throws IllegalArgumentException when a spec names a column that is not in {@code inputs}, does not fit its type, or
     *     when no feature is left
     */
    public static FittedFeatures fit(List<FeatureSpec> specs, Rows train, List<Column> inputs) {
        if (train.size() == 0) {
            throw new IllegalArgumentException("features cannot be fitted on no rows");
        }
        Map<String, Column> columns = inputs.stream().collect(Collectors.toMap(Column::name, column -> column));
        Set<String> named = new HashSet<>();
        List<FittedFeature> fitted = new ArrayList<>();
        for (FeatureSpec spec : merged(specs)) {
            Column column = columns.get(spec.column());
            if (column == null) {
                throw new IllegalArgumentException("no column '" + spec.column() + "', known: "
                        + inputs.stream().map(Column::name).collect(Collectors.joining(", ")));
            }
            named.add(column.name());
            fitted.addAll(spec.fit(train, column));
        }
        for (Column column : inputs) {
            if (!named.contains(column.name())) {
                fitted.addAll(FeatureSpec.defaultFor(column).fit(train, column));
            }
        }
        return new FittedFeatures(fitted, Map.of());
    }

    /** Rules such as "impute" and "standardise" of one column are one feature: it does what any of them asks for. */
    private static List<FeatureSpec> merged(List<FeatureSpec> specs) {
        Map<String, FeatureSpec> merged = new LinkedHashMap<>();
        int other = 0;
        for (FeatureSpec spec : specs) {
            if (spec instanceof FeatureSpec.Numeric added) {
                merged.merge("numeric " + spec.column(), added, (before, again) -> {
                    FeatureSpec.Numeric first = (FeatureSpec.Numeric) before;
                    return new FeatureSpec.Numeric(
                            added.column(),
                            first.standardise() || added.standardise(),
                            first.indicator() || added.indicator());
                });
            } else {
                merged.put("#" + other++, spec);
            }
        }
        return List.copyOf(merged.values());
    }
}
