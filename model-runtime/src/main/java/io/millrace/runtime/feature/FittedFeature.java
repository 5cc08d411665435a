package io.millrace.runtime.feature;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was learned about one column: names its features and writes their values. Immutable. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = FittedFeature.Scaled.class, name = "scaled"),
    @JsonSubTypes.Type(value = FittedFeature.Missing.class, name = "missing"),
    @JsonSubTypes.Type(value = FittedFeature.Categories.class, name = "categories"),
    @JsonSubTypes.Type(value = FittedFeature.Bins.class, name = "bins"),
    @JsonSubTypes.Type(value = FittedFeature.TimePart.class, name = "time_part")
})
public sealed interface FittedFeature {

    /** The raw column read. */
    String column();

    /** Names of the features written, in the order of {@code slots}. */
    @JsonIgnore
    List<String> names();

    /** Prepares the writing of feature i of each row r to {@code matrix[r * width + slots[i]]}. */
    Writer writer(int width, int[] slots);

    /** Writes the features of one column into a matrix that comes filled with zeros. Safe for concurrent use. */
    interface Writer {
        void write(Rows rows, double[] matrix);
    }

    /** Keeps products with model weights finite, in 32 bit floats as well. */
    double LIMIT = 1e30;

    /** (x - mean) / scale, missing replaced by {@code fill} before; log1p first when asked. */
    record Scaled(String column, boolean log1p, double fill, double mean, double scale) implements FittedFeature {
        public Scaled {
            if (!Double.isFinite(fill) || !Double.isFinite(mean) || !Double.isFinite(scale) || scale <= 0) {
                throw new IllegalArgumentException("feature of " + column + " is not finite");
            }
        }

        @Override
        public List<String> names() {
            return List.of(log1p ? "log1p(" + column + ")" : column);
        }

        @Override
        public Writer writer(int width, int[] slots) {
            int slot = slots[0];
            return (rows, matrix) -> {
                double[] values = rows.doubles(column);
                for (int row = 0; row < rows.size(); row++) {
                    double value = values[row];
                    double given = Double.isNaN(value) ? fill : log1p ? Math.log1p(Math.max(0, value)) : value;
                    matrix[row * width + slot] = Math.max(-LIMIT, Math.min(LIMIT, (given - mean) / scale));
                }
            };
        }
    }

    /** 1 where the value is missing. */
    record Missing(String column) implements FittedFeature {
        @Override
        public List<String> names() {
            return List.of(column + "#missing");
        }

        @Override
        public Writer writer(int width, int[] slots) {
            return (rows, matrix) -> {
                for (int row = 0; row < rows.size(); row++) {
                    matrix[row * width + slots[0]] = rows.isMissing(column, row) ? 1 : 0;
                }
            };
        }
    }

    /**
     * One 0/1 feature for each kept category; missing is the category {@code __missing__} when the training rows had any,
     * else it counts as other.
     */
    record Categories(String column, List<String> kept, boolean other) implements FittedFeature {

        public static final String OTHER = "__other__";
        public static final String MISSING = "__missing__";

        public Categories {
            kept = List.copyOf(kept);
        }

        @Override
        public List<String> names() {
            List<String> names = new ArrayList<>();
            kept.forEach(value -> names.add(column + "=" + value));
            if (other) {
                names.add(column + "=" + OTHER);
            }
            return names;
        }

        @Override
        public Writer writer(int width, int[] slots) {
            Map<String, Integer> at = new HashMap<>(kept.size() * 2);
            for (int i = 0; i < kept.size(); i++) {
                at.put(kept.get(i), slots[i]);
            }
            int otherwise = other ? slots[kept.size()] : -1;
            return (rows, matrix) -> {
                boolean text = rows.column(column)
                        .map(given -> given.type() == ColumnType.STRING)
                        .orElse(true);
                @Nullable String[] values = text ? rows.strings(column) : new String[0];
                for (int row = 0; row < rows.size(); row++) {
                    Object value = text ? values[row] : rows.value(column, row);
                    int slot = at.getOrDefault(value == null ? MISSING : value.toString(), otherwise);
                    if (slot >= 0) {
                        matrix[row * width + slot] = 1;
                    }
                }
            };
        }
    }

    /** One 0/1 feature for each bin (e_i, e_i+1] with open ends; missing is all zeros. */
    @SuppressWarnings("ArrayRecordComponent")
    record Bins(String column, double[] edges) implements FittedFeature {
        @Override
        public List<String> names() {
            List<String> names = new ArrayList<>();
            for (int i = 0; i <= edges.length; i++) {
                names.add(String.format(java.util.Locale.ROOT, "%s:bin%03d", column, i));
            }
            return names;
        }

        @Override
        public Writer writer(int width, int[] slots) {
            return (rows, matrix) -> {
                double[] values = rows.doubles(column);
                for (int row = 0; row < rows.size(); row++) {
                    if (!Double.isNaN(values[row])) {
                        matrix[row * width + slots[Quantiles.bin(edges, values[row])]] = 1;
                    }
                }
            };
        }
    }

    /** One part of a time in a zone, as a number or as sine and cosine; missing is 0. */
    record TimePart(String column, DatePart part, boolean cyclic, String zone) implements FittedFeature {
        @Override
        public List<String> names() {
            String name = column + "." + part.text();
            return cyclic ? List.of(name + ".cos", name + ".sin") : List.of(name);
        }

        @Override
        public Writer writer(int width, int[] slots) {
            ZoneId at = ZoneId.of(zone);
            return (rows, matrix) -> {
                long[] millis = rows.longs(column);
                for (int row = 0; row < rows.size(); row++) {
                    if (rows.isMissing(column, row)) {
                        continue;
                    }
                    double value = part.of(ZonedDateTime.ofInstant(Instant.ofEpochMilli(millis[row]), at));
                    if (cyclic) {
                        double angle = 2 * Math.PI * value / part.cycle();
                        matrix[row * width + slots[0]] = Math.cos(angle);
                        matrix[row * width + slots[1]] = Math.sin(angle);
                    } else {
                        matrix[row * width + slots[0]] = value;
                    }
                }
            };
        }
    }
}
