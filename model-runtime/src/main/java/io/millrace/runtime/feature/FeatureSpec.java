package io.millrace.runtime.feature;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Rows;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A wish: which features to make of one raw column. Learned from training rows by {@link FeaturePipeline}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = FeatureSpec.Numeric.class, name = "numeric"),
    @JsonSubTypes.Type(value = FeatureSpec.Log1p.class, name = "log1p"),
    @JsonSubTypes.Type(value = FeatureSpec.OneHot.class, name = "onehot"),
    @JsonSubTypes.Type(value = FeatureSpec.Bin.class, name = "bin"),
    @JsonSubTypes.Type(value = FeatureSpec.Datetime.class, name = "datetime"),
    @JsonSubTypes.Type(value = FeatureSpec.Drop.class, name = "drop")
})
public sealed interface FeatureSpec {

    String column();

    /** What is learned from the rows; nothing for a dropped column. IllegalArgumentException when the type does not fit. */
    List<FittedFeature> fit(Rows train, Column column);

    /** The features a column gets when no spec names it: numbers standardised, texts one-hot, times cyclic. */
    static FeatureSpec defaultFor(Column column) {
        return switch (column.type()) {
            case FLOAT64, INT64 -> new Numeric(column.name(), true, column.nullable());
            case BOOL -> new Numeric(column.name(), false, column.nullable());
            case STRING -> new OneHot(column.name(), OneHot.DEFAULT_CATEGORIES, true);
            case TIMESTAMP -> new Datetime(column.name(), List.of(DatePart.HOUR, DatePart.DAY_OF_WEEK), true, "UTC");
        };
    }

    /**
     * The number itself; missing becomes the median of the training rows.
     *
     * @param standardise subtract the mean and divide by the standard deviation of the training rows
     * @param indicator add a 0/1 feature {@code column#missing}
     */
    record Numeric(String column, boolean standardise, boolean indicator) implements FeatureSpec {
        @Override
        public List<FittedFeature> fit(Rows train, Column column) {
            return Fitting.number(train, column, standardise, indicator, false);
        }
    }

    /** log(1 + x), for amounts and counts; negative numbers are refused at fit and read as 0 later. Then as {@link Numeric}. */
    record Log1p(String column, boolean standardise, boolean indicator) implements FeatureSpec {
        @Override
        public List<FittedFeature> fit(Rows train, Column column) {
            return Fitting.number(train, column, standardise, indicator, true);
        }
    }

    /**
     * One 0/1 feature {@code column=value} for each of the most frequent values (ties by text order).
     *
     * @param maxCategories 1 to 1000
     * @param other add {@code column=__other__} for every other value, seen or not; without it they are all zeros
     */
    record OneHot(String column, int maxCategories, boolean other) implements FeatureSpec {
        public static final int DEFAULT_CATEGORIES = 32;

        public OneHot {
            range("maxCategories", maxCategories, 1, 1000);
        }

        @Override
        public List<FittedFeature> fit(Rows train, Column column) {
            return Fitting.oneHot(train, column, maxCategories, other);
        }
    }

    /**
     * One 0/1 feature for each quantile bin of a number, for linear models of bent relations.
     *
     * @param quantiles number of bins, 2 to 256; fewer come out when values repeat
     */
    record Bin(String column, int quantiles) implements FeatureSpec {
        public Bin {
            range("quantiles", quantiles, 2, 256);
        }

        @Override
        public List<FittedFeature> fit(Rows train, Column column) {
            return Fitting.bins(train, column, quantiles);
        }
    }

    /**
     * Parts of a time in a time zone.
     *
     * @param cyclic sine and cosine of each part, so that 23:00 is near 00:00; otherwise the part as a number
     * @param zone such as {@code America/New_York}
     */
    record Datetime(String column, List<DatePart> parts, boolean cyclic, String zone) implements FeatureSpec {
        public Datetime {
            if (parts.isEmpty()) {
                throw new IllegalArgumentException("datetime " + column + " needs at least one part");
            }
            parts = List.copyOf(Set.copyOf(parts).size() == parts.size() ? parts : EnumSet.copyOf(parts));
            try {
                ZoneId.of(zone);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("datetime " + column + ": unknown time zone " + zone, e);
            }
        }

        @Override
        public List<FittedFeature> fit(Rows train, Column column) {
            return Fitting.datetime(column, parts, cyclic, zone);
        }
    }

    /** No feature of this column. */
    record Drop(String column) implements FeatureSpec {
        @Override
        public List<FittedFeature> fit(Rows train, Column column) {
            return List.of();
        }
    }

    private static void range(String name, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%s must be %d to %d, got %d", name, low, high, value));
        }
    }
}
