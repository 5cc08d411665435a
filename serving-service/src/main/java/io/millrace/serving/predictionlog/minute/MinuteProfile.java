package io.millrace.serving.predictionlog.minute;

import io.millrace.serving.predictionlog.PredictionEntry;
import io.millrace.serving.predictionlog.RowValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one version answered within one minute. Used by one thread at a time. */
final class MinuteProfile implements RowValues.Receiver {

    static final int LATENCY_BUCKETS = 27;
    private static final int MAX_WORDS = 50;
    private static final int MAX_COLUMNS = 2000;
    private static final String OTHERS = "";

    private long rows;
    private long logged;
    private final Numbers score = new Numbers();
    private long latencySum;
    private final long[] latency = new long[LATENCY_BUCKETS];
    private final Words labels = new Words();
    private final Words decisions = new Words();
    private final Map<String, ColumnCounts> columns = new HashMap<>();
    /** Columns in the order of the last rows: the next row's most likely have the same, and need no map. */
    private final List<Named> order = new ArrayList<>();

    private int place;
    private Set<String> redacted = Set.of();

    /** Sums of numbers that can be added to those of another minute. Min and max are null without a number. */
    static final class Numbers {
        private long count;
        private double sum;
        private double squares;
        private double min = Double.POSITIVE_INFINITY;
        private double max = Double.NEGATIVE_INFINITY;

        private void add(double value) {
            count++;
            sum += value;
            squares += value * value;
            min = Math.min(min, value);
            max = Math.max(max, value);
        }

        long count() {
            return count;
        }

        double sum() {
            return sum;
        }

        double squares() {
            return squares;
        }

        @Nullable
        Double min() {
            return count == 0 ? null : min;
        }

        @Nullable
        Double max() {
            return count == 0 ? null : max;
        }
    }

    private static final class ColumnCounts {
        private long missing;
        private final Numbers numbers = new Numbers();
        private final Words words = new Words();
    }

    /** Counts of words; past {@link #MAX_WORDS} different ones, and long ones, count together. */
    private static final class Words {

        private final Map<String, long[]> counts = new HashMap<>();

        private void add(@Nullable String word) {
            if (word != null) {
                long[] count = counts.get(word);
                if (count == null) {
                    String kept = word.length() <= 100 && counts.size() < MAX_WORDS ? word : OTHERS;
                    count = counts.computeIfAbsent(kept, absent -> new long[1]);
                }
                count[0]++;
            }
        }

        private Map<String, Long> sorted() {
            Map<String, Long> sorted = new TreeMap<>();
            counts.forEach((word, count) -> sorted.put(word, count[0]));
            return sorted;
        }
    }

    void add(PredictionEntry entry, boolean sampled) {
        rows++;
        logged += sampled ? 1 : 0;
        Double said = entry.score();
        if (said != null) {
            score.add(said);
        }
        latencySum += entry.latencyMicros();
        int digits = 64 - Long.numberOfLeadingZeros(Math.max(0, entry.latencyMicros()));
        latency[Math.min(digits, LATENCY_BUCKETS - 1)]++;
        labels.add(entry.label());
        decisions.add(entry.decision());
        if (!redacted.equals(entry.redacted())) {
            redacted = entry.redacted();
            order.clear();
        }
        place = 0;
        entry.inputs().give(this);
    }

    /** A name as it came, and its counts; null for one that is not counted. */
    private record Named(String column, @Nullable ColumnCounts counts) {}

    private @Nullable ColumnCounts next(String column) {
        int at = place++;
        Named expected = at < order.size() ? order.get(at) : null;
        if (expected != null && expected.column.equals(column)) {
            return expected.counts;
        }
        Named named = new Named(column, redacted.contains(column) ? null : counts(column));
        if (expected != null) {
            order.set(at, named);
        } else if (at < MAX_COLUMNS) {
            order.add(named);
        }
        return named.counts;
    }

    private @Nullable ColumnCounts counts(String column) {
        ColumnCounts known = columns.get(column);
        if (known != null || columns.size() >= MAX_COLUMNS) {
            return known;
        }
        ColumnCounts counts = new ColumnCounts();
        columns.put(column, counts);
        return counts;
    }

    @Override
    public void real(String column, double value) {
        ColumnCounts counts = next(column);
        if (counts == null) {
            return;
        }
        if (Double.isFinite(value)) {
            counts.numbers.add(value);
        } else {
            counts.missing++;
        }
    }

    @Override
    public void whole(String column, long value) {
        real(column, (double) value);
    }

    @Override
    public void other(String column, @Nullable Object value) {
        if (value instanceof Number number) {
            real(column, number.doubleValue());
            return;
        }
        ColumnCounts counts = next(column);
        if (counts == null) {
            return;
        }
        if (value == null) {
            counts.missing++;
        } else {
            counts.words.add(value.toString());
        }
    }

    long rows() {
        return rows;
    }

    long logged() {
        return logged;
    }

    Numbers score() {
        return score;
    }

    long latencySum() {
        return latencySum;
    }

    long[] latency() {
        return latency.clone();
    }

    Map<String, Long> labels() {
        return labels.sorted();
    }

    Map<String, Long> decisions() {
        return decisions.sorted();
    }

    /** By column: missing, count, sum, squares, min, max of numbers; words with their counts. */
    Map<String, Map<String, Object>> columns() {
        Map<String, Map<String, Object>> written = new TreeMap<>();
        columns.forEach((name, counts) -> {
            Map<String, Object> column = new TreeMap<>();
            column.put("missing", counts.missing);
            Numbers numbers = counts.numbers;
            if (numbers.count > 0) {
                column.put("count", numbers.count);
                column.put("sum", numbers.sum);
                column.put("squares", numbers.squares);
                column.put("min", numbers.min);
                column.put("max", numbers.max);
            }
            if (!counts.words.counts.isEmpty()) {
                column.put("words", counts.words.sorted());
            }
            written.put(name, column);
        });
        return written;
    }
}
