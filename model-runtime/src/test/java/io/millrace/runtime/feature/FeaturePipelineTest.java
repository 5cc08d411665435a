package io.millrace.runtime.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.runtime.training.GeneratedData;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeaturePipelineTest {

    private static Rows numbers(Object... values) {
        Rows.Builder builder = Rows.builder(List.of(Column.optional("x", ColumnType.FLOAT64)));
        for (Object value : values) {
            builder.add(one(value));
        }
        return builder.build();
    }

    private static Rows texts(ColumnType type, Object... values) {
        Rows.Builder builder = Rows.builder(List.of(Column.optional("x", type)));
        for (Object value : values) {
            builder.add(one(value));
        }
        return builder.build();
    }

    private static Map<String, Object> one(Object value) {
        Map<String, Object> row = new HashMap<>();
        row.put("x", value);
        return row;
    }

    private static FittedFeatures fit(Rows train, FeatureSpec... specs) {
        return FeaturePipeline.fit(List.of(specs), train, train.columns());
    }

    @Test
    void fillsTheMedianAndStandardises() {
        Rows train = numbers(1, 2, null, 3, 10);
        FittedFeatures features = fit(train, new FeatureSpec.Numeric("x", true, true));

        // median 2.5; filled 1 2 2.5 3 10: mean 3.7, variance 10.36
        double deviation = Math.sqrt(10.36);
        assertThat(features.names()).containsExactly("x", "x#missing");
        assertThat(features.transform(numbers(3.7, null)))
                .containsExactly(new double[] {0, 0, (2.5 - 3.7) / deviation, 1}, within(1e-12));
    }

    @Test
    void mergesRulesOfOneNumber() {
        Rows train = numbers(0, 2);

        assertThat(fit(train, new FeatureSpec.Numeric("x", false, true), new FeatureSpec.Numeric("x", true, false))
                        .transform(numbers(2)))
                .containsExactly(1, 0);
    }

    @Test
    void keepsConstantAndEmptyColumnsFinite() {
        assertThat(fit(numbers(5, 5, 5), new FeatureSpec.Numeric("x", true, false))
                        .transform(numbers(5, 6)))
                .containsExactly(0, 1);
        assertThat(fit(numbers(null, null), new FeatureSpec.Numeric("x", true, false))
                        .transform(numbers(null, 6)))
                .containsExactly(0, 6);
        assertThat(fit(numbers(1, 2), new FeatureSpec.Numeric("x", true, false)).transform(numbers(1e308, -1e308)))
                .containsExactly(1e30, -1e30);
    }

    @Test
    void takesLogarithmsOfAmounts() {
        FittedFeatures features = fit(numbers(0, Math.E - 1), new FeatureSpec.Log1p("x", false, false));

        assertThat(features.names()).containsExactly("log1p(x)");
        assertThat(features.transform(numbers(0, Math.E - 1, -5, null)))
                .containsExactly(new double[] {0, 1, 0, 0.5}, within(1e-12));
        assertThatThrownBy(() -> fit(numbers(1, -2), new FeatureSpec.Log1p("x", false, false)))
                .hasMessage("log1p x: the training rows hold a negative number, -2.0");
    }

    @Test
    void keepsTheMostFrequentCategoriesAndOneForTheOthers() {
        Rows train = texts(ColumnType.STRING, "b", "b", "a", "c", "a", "b", null);
        FittedFeatures with = fit(train, new FeatureSpec.OneHot("x", 2, true));
        FittedFeatures without = fit(train, new FeatureSpec.OneHot("x", 2, false));

        assertThat(with.names()).containsExactly("x=__other__", "x=a", "x=b");
        assertThat(with.transform(texts(ColumnType.STRING, "a", "b", "c", "new", null)))
                .containsExactly(0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0);
        assertThat(without.transform(texts(ColumnType.STRING, "a", "new"))).containsExactly(1, 0, 0, 0);
        assertThat(fit(train, new FeatureSpec.OneHot("x", 10, true)).names())
                .containsExactly("x=__missing__", "x=__other__", "x=a", "x=b", "x=c");
    }

    @Test
    void oneHotsWholeNumbersAndBooleans() {
        assertThat(fit(texts(ColumnType.INT64, 3, 1, 3), new FeatureSpec.OneHot("x", 5, false))
                        .transform(texts(ColumnType.INT64, 3, 7)))
                .containsExactly(0, 1, 0, 0);
        assertThat(fit(texts(ColumnType.BOOL, true, false), new FeatureSpec.OneHot("x", 5, false))
                        .names())
                .containsExactly("x=false", "x=true");
    }

    @Test
    void cutsQuantileBins() {
        FittedFeatures features = fit(numbers(1, 2, 3, 4, 5, 6, 7, 8), new FeatureSpec.Bin("x", 4));

        // cuts at 2.5, 4.5, 6.5
        assertThat(features.width()).isEqualTo(4);
        assertThat(features.transform(numbers(2.5, 2.6, 100, null)))
                .containsExactly(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
    }

    @Test
    void readsTimesInTheirZone() {
        Rows train = texts(ColumnType.TIMESTAMP, "2013-01-01T11:00:00Z", null);
        FittedFeatures plain = fit(
                train,
                new FeatureSpec.Datetime("x", List.of(DatePart.HOUR, DatePart.DAY_OF_WEEK), false, "America/New_York"));
        FittedFeatures cyclic =
                fit(train, new FeatureSpec.Datetime("x", List.of(DatePart.HOUR), true, "America/New_York"));

        // 06:00 on a Tuesday
        assertThat(plain.names()).containsExactly("x.day_of_week", "x.hour");
        assertThat(plain.transform(train)).containsExactly(1, 6, 0, 0);
        assertThat(cyclic.names()).containsExactly("x.hour.cos", "x.hour.sin");
        assertThat(cyclic.transform(train)).containsExactly(new double[] {0, 1, 0, 0}, within(1e-12));
        assertThatThrownBy(() -> new FeatureSpec.Datetime("x", List.of(DatePart.HOUR), true, "Mars/Olympus"))
                .hasMessage("datetime x: unknown time zone Mars/Olympus");
        assertThat(DatePart.parse("day_of_week")).isEqualTo(DatePart.DAY_OF_WEEK);
        assertThatThrownBy(() -> DatePart.parse("century"))
                .hasMessage("unknown part 'century', known: hour, day_of_week, day_of_month, month");
    }

    @Test
    void namesColumnsThatDoNotExistOrFit() {
        Rows train = texts(ColumnType.STRING, "a");
        assertThatThrownBy(() -> fit(train, new FeatureSpec.Numeric("y", true, false)))
                .hasMessage("no column 'y', known: x");
        assertThatThrownBy(() -> fit(train, new FeatureSpec.Numeric("x", true, false)))
                .hasMessage("numeric x needs a number, the column is STRING");
        assertThatThrownBy(() -> fit(numbers(1.5), new FeatureSpec.OneHot("x", 3, true)))
                .hasMessage("onehot x needs STRING, INT64 or BOOL, the column is FLOAT64");
        assertThatThrownBy(() -> fit(train, new FeatureSpec.Drop("x"))).hasMessage("no feature is left");
        assertThatThrownBy(() -> fit(numbers(), new FeatureSpec.Drop("x")))
                .hasMessage("features cannot be fitted on no rows");
        assertThatThrownBy(() -> fit(numbers(1, 2)).transform(texts(ColumnType.STRING, "a")))
                .isInstanceOf(SignatureException.class);
    }

    @Test
    void survivesJsonWithTheSameMatrix() throws Exception {
        GeneratedData data = new GeneratedData(200, 3);
        FittedFeatures features = data.features().withQuantileBins(data.rows, 16);
        ObjectMapper json = new ObjectMapper();

        FittedFeatures again = json.readValue(json.writeValueAsString(features), FittedFeatures.class);

        assertThat(again.names()).isEqualTo(features.names()).isSorted();
        assertThat(again.sources()).isEqualTo(features.sources()).contains("at", "country");
        assertThat(again.transform(data.rows)).isEqualTo(features.transform(data.rows));
        for (FeatureSpec spec : GeneratedData.SPECS) {
            assertThat(json.readValue(json.writeValueAsString(spec), FeatureSpec.class))
                    .isEqualTo(spec);
        }
    }

    @Test
    void replacesNumbersByTheirQuantileBin() {
        GeneratedData data = new GeneratedData(500, 3);
        FittedFeatures binned = data.features().withQuantileBins(data.rows, 16);
        double[] matrix = binned.transform(data.rows);
        int amount = binned.names().indexOf("log1p(amount)");
        int[] counts = new int[16];
        for (int row = 0; row < 500; row++) {
            counts[(int) matrix[row * binned.width() + amount]]++;
        }

        assertThat(counts).containsOnly(31, 32);
        assertThat(binned.cuts()).containsKeys("age", "visits").doesNotContainKeys("member", "country=__other__");
        assertThatThrownBy(() -> binned.withQuantileBins(data.rows, 257)).hasMessage("bins must be 2 to 256, got 257");
    }

    @Test
    void cutsBetweenDistinctValuesWhenTheyAreFew() {
        assertThat(Quantiles.cuts(new double[] {1, 1, 1, 2, 4}, 10)).containsExactly(1.5, 3);
        assertThat(Quantiles.cuts(new double[] {7, 7}, 4)).isEmpty();
        assertThat(Quantiles.cuts(new double[] {0, 0, 0, 0, 0, 0, 0, 1, 2, 3}, 2))
                .isEmpty();
        assertThat(Quantiles.bin(new double[] {1.5, 3}, 1.5)).isZero();
        assertThat(Quantiles.bin(new double[] {1.5, 3}, 3.1)).isEqualTo(2);
        assertThat(Quantiles.quantile(new double[] {1, 2, 3, 4}, 0.5)).isEqualTo(2.5);
    }
}
