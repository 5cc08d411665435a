package io.millrace.statistics.drift;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects rows into a {@link Profile}. Not thread-safe. The same rows in the same order with the same seed give the same
 * profile.
 */
public final class ProfileBuilder {

    /** Values kept of each numeric column for exact two-sample tests. */
    public static final int SAMPLE_SIZE = 1000;

    /** Categories a reference keeps by name, largest first. */
    public static final int MAX_CATEGORIES = 1000;

    /** New categories a current profile keeps by name beside those of its reference. */
    public static final int MAX_NEW_CATEGORIES = 200;

    private static final long DEFAULT_SEED = 20_240_131L;

    private final Map<String, NumericAccumulator> numeric = new LinkedHashMap<>();
    private final Map<String, CategoricalAccumulator> categorical = new LinkedHashMap<>();
    private long rows;

    private ProfileBuilder() {}

    /** {@link #reference(Map, Map, long)} with a fixed seed. */
    public static Profile reference(Map<String, double[]> numbers, Map<String, @Nullable String[]> texts) {
        return reference(numbers, texts, DEFAULT_SEED);
    }

    /**
     * The profile of a training set: bin edges are the type 7 deciles of each numeric column.
     *
     * @param numbers values by column; NaN and infinities are missing
     * @param texts values by column; null is missing
     * @param seed of the sample
     * @throws IllegalArgumentException when columns differ in length
     */
    public static Profile reference(Map<String, double[]> numbers, Map<String, @Nullable String[]> texts, long seed) {
        ProfileBuilder builder = new ProfileBuilder();
        numbers.forEach((name, values) -> builder.numeric.put(
                name,
                new NumericAccumulator(Quantiles.decileEdges(Quantiles.sortedFinite(values)), seed ^ name.hashCode())));
        texts.forEach((name, values) ->
                builder.categorical.put(name, new CategoricalAccumulator(Map.of(), Integer.MAX_VALUE)));
        builder.addColumns(numbers, texts);
        return builder.build(MAX_CATEGORIES);
    }

    /** {@link #withEdges(Profile, long)} with a fixed seed. */
    public static ProfileBuilder withEdges(Profile reference) {
        return withEdges(reference, DEFAULT_SEED);
    }

    /**
     * Starts a profile of the reference's columns on the reference's bin edges and categories. Where the reference itself has
     * rows under {@code other}, so does every category it does not name: naming them here would look like drift.
     */
    public static ProfileBuilder withEdges(Profile reference, long seed) {
        ProfileBuilder builder = new ProfileBuilder();
        reference
                .numeric()
                .forEach((name, column) ->
                        builder.numeric.put(name, new NumericAccumulator(column.edges(), seed ^ name.hashCode())));
        reference
                .categorical()
                .forEach((name, column) -> builder.categorical.put(
                        name,
                        new CategoricalAccumulator(column.counts(), column.other() > 0 ? 0 : MAX_NEW_CATEGORIES)));
        return builder;
    }

    /**
     * Adds one row. Columns unknown to the profile are ignored; a column that is absent, null, or not a number where one is
     * needed counts as missing. Booleans count as 1 and 0.
     */
    public ProfileBuilder add(Map<String, ? extends @Nullable Object> row) {
        rows++;
        numeric.forEach((name, column) -> column.add(number(row.get(name))));
        categorical.forEach((name, column) -> {
            Object value = row.get(name);
            column.add(value == null ? null : value.toString());
        });
        return this;
    }

    private static double number(@Nullable Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof Boolean flag) {
            return flag ? 1 : 0;
        }
        return Double.NaN;
    }

    /**
     * Adds many rows by column. Every column of the profile must be given; others are ignored.
     *
     * @throws IllegalArgumentException when a column is absent or columns differ in length
     */
    public ProfileBuilder addColumns(Map<String, double[]> numbers, Map<String, @Nullable String[]> texts) {
        int length = -1;
        for (String name : numeric.keySet()) {
            double[] values = numbers.get(name);
            length = sameLength(name, values == null ? -1 : values.length, length);
        }
        for (String name : categorical.keySet()) {
            @Nullable String[] values = texts.get(name);
            length = sameLength(name, values == null ? -1 : values.length, length);
        }
        numeric.forEach((name, column) -> {
            for (double value : numbers.getOrDefault(name, new double[0])) {
                column.add(value);
            }
        });
        categorical.forEach((name, column) -> {
            for (@Nullable String value : texts.getOrDefault(name, new String[0])) {
                column.add(value);
            }
        });
        rows += Math.max(length, 0);
        return this;
    }

    private static int sameLength(String name, int found, int expected) {
        if (found < 0) {
            throw new IllegalArgumentException(name + ": column is absent");
        }
        if (expected >= 0 && found != expected) {
            throw new IllegalArgumentException(name + ": " + found + " rows where others have " + expected);
        }
        return found;
    }

    /** The profile of the rows added so far; more may be added after. */
    public Profile build() {
        return build(Integer.MAX_VALUE);
    }

    private Profile build(int maxCategories) {
        Map<String, NumericProfile> numbers = new TreeMap<>();
        numeric.forEach((name, column) -> numbers.put(name, column.build()));
        Map<String, CategoricalProfile> texts = new TreeMap<>();
        categorical.forEach((name, column) -> texts.put(name, column.build(maxCategories)));
        return new Profile(rows, numbers, texts);
    }

    /** Mutable counts of one text column; confined to the builder. */
    private static final class CategoricalAccumulator {
        private final Map<String, Long> counts = new HashMap<>();
        private final int maxNames;
        private long nulls;
        private long other;

        CategoricalAccumulator(Map<String, Long> known, int maxNew) {
            known.keySet().forEach(category -> counts.put(category, 0L));
            this.maxNames = (int) Math.min(Integer.MAX_VALUE, (long) known.size() + maxNew);
        }

        void add(@Nullable String value) {
            if (value == null) {
                nulls++;
            } else if (counts.size() < maxNames || counts.containsKey(value)) {
                counts.merge(value, 1L, Long::sum);
            } else {
                other++;
            }
        }

        CategoricalProfile build(int limit) {
            List<Map.Entry<String, Long>> largest = counts.entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                            .thenComparing(Map.Entry.comparingByKey()))
                    .limit(limit)
                    .toList();
            Map<String, Long> kept = new TreeMap<>();
            largest.forEach(entry -> kept.put(entry.getKey(), entry.getValue()));
            long named = kept.values().stream().mapToLong(Long::longValue).sum();
            long all =
                    other + counts.values().stream().mapToLong(Long::longValue).sum();
            return new CategoricalProfile(all, nulls, kept, all - named);
        }
    }
}
