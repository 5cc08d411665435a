package io.millrace.statistics.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProfileTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static Profile reference(double[] values, String... texts) {
        return ProfileBuilder.reference(Map.of("x", values), texts.length == 0 ? Map.of() : Map.of("c", texts));
    }

    private static NumericProfile numeric(Profile profile) {
        return profile.numeric().get("x");
    }

    private static CategoricalProfile text(Profile profile) {
        return profile.categorical().get("c");
    }

    @Test
    void referenceHoldsMomentsDecilesAndSample() {
        Profile profile = reference(Samples.REFERENCE);

        NumericProfile column = numeric(profile);
        assertThat(profile.rows()).isEqualTo(24);
        assertThat(column.count()).isEqualTo(24);
        assertThat(Math.sqrt(column.variance())).isEqualTo(2.012806222, within(1e-9));
        assertThat(column.min()).isEqualTo(2.1);
        assertThat(column.max()).isEqualTo(10.2);
        assertThat(column.edges())
                .containsExactly(new double[] {3.52, 4.34, 4.97, 5.36, 5.9, 6.34, 6.92, 7.62, 8.72}, within(1e-9));
        assertThat(column.counts()).containsExactly(3, 2, 2, 3, 2, 2, 3, 2, 2, 3);
        assertThat(column.sample()).containsExactly(Samples.REFERENCE);
    }

    @Test
    void missingAndInfiniteValuesAreNulls() {
        Profile profile = reference(new double[] {1, Double.NaN, Double.POSITIVE_INFINITY, 3}, "a", null, "b", "a");

        assertThat(numeric(profile).count()).isEqualTo(2);
        assertThat(numeric(profile).nullRate()).isEqualTo(0.5);
        assertThat(text(profile)).isEqualTo(new CategoricalProfile(3, 1, Map.of("a", 2L, "b", 1L), 0));
    }

    @Test
    void currentIsCountedOnTheEdgesOfTheReference() {
        Profile reference = reference(Samples.REFERENCE);
        ProfileBuilder builder = ProfileBuilder.withEdges(reference);
        for (double value : Samples.CURRENT) {
            builder.add(Map.of("x", value, "unknown", "ignored"));
        }

        Profile current = builder.build();
        ColumnDrift drift = ColumnDrift.compare(reference, current, 0.05).get("x");

        assertThat(numeric(current).edges()).containsExactly(numeric(reference).edges());
        assertThat(numeric(current).counts()).containsExactly(0, 1, 1, 1, 1, 1, 2, 3, 4, 6);
        assertThat(drift.psi()).isEqualTo(1.327590567, within(1e-9));
        assertThat(drift.psiBound()).isEqualTo(Psi.bound(24, 20, 10, 0.05));
        assertThat(drift.statistic()).isEqualTo(0.3833333333, within(1e-9));
        assertThat(drift.pValue()).isEqualTo(0.06052806232, within(1e-9));
        assertThat(drift.effect()).isEqualTo(0.8851655201, within(1e-9));
        assertThat(drift.nullRatePValue()).isEqualTo(1);
    }

    @Test
    void rowsOfWrongOrAbsentValuesCountAsMissing() {
        Map<String, Object> empty = new HashMap<>();
        empty.put("x", null);
        Profile reference = reference(new double[] {0, 1, 1}, "true", "false", "true");

        Profile current = ProfileBuilder.withEdges(reference)
                .add(Map.of("x", true, "c", true))
                .add(Map.of("x", "not a number"))
                .add(empty)
                .add(Map.of())
                .build();

        assertThat(current.rows()).isEqualTo(4);
        assertThat(numeric(current).count()).isEqualTo(1);
        assertThat(numeric(current).nulls()).isEqualTo(3);
        assertThat(text(current).counts()).isEqualTo(Map.of("true", 1L, "false", 0L));
        assertThat(text(current).nulls()).isEqualTo(3);
    }

    @Test
    void categoricalDriftMatchesReferenceValues() {
        CategoricalProfile before = new CategoricalProfile(200, 0, Map.of("A", 120L, "B", 60L, "C", 20L), 0);
        CategoricalProfile after = new CategoricalProfile(200, 20, Map.of("A", 90L, "B", 80L, "C", 30L), 0);

        ColumnDrift drift = ColumnDrift.compare(before, after, 0.05);

        assertThat(drift.psi()).isEqualTo(0.09219377352, within(1e-9));
        assertThat(drift.pValue()).isEqualTo(0.0103431732, within(1e-9));
        assertThat(drift.effect()).isEqualTo(0.1511857892, within(1e-9));
        assertThat(drift.currentNullRate()).isEqualTo(20 / 220.0);
        assertThat(drift.nullRatePValue()).isLessThan(1e-4);
    }

    @Test
    void newCategoriesAreNamedAndBounded() {
        Profile reference = reference(new double[] {1, 2}, "a", "b");
        ProfileBuilder builder = ProfileBuilder.withEdges(reference);
        for (int i = 0; i < 500; i++) {
            builder.add(Map.of("x", 1, "c", "new" + i));
        }
        builder.add(Map.of("x", 1, "c", "b"));

        CategoricalProfile current = text(builder.build());

        assertThat(current.counts()).hasSize(2 + ProfileBuilder.MAX_NEW_CATEGORIES);
        assertThat(current.counts().get("b")).isEqualTo(1);
        assertThat(current.other()).isEqualTo(300);
        assertThat(current.unseenIn(text(reference)))
                .hasSize(200)
                .contains("new0")
                .doesNotContain("a", "b");
    }

    @Test
    void referenceKeepsTheLargestCategories() {
        String[] values = IntStream.range(0, 3000)
                .mapToObj(i -> i < 1500 ? "id" + i : "common")
                .toArray(String[]::new);

        CategoricalProfile column = text(ProfileBuilder.reference(Map.of(), Map.of("c", values)));

        assertThat(column.counts()).hasSize(ProfileBuilder.MAX_CATEGORIES).containsEntry("common", 1500L);
        assertThat(column.other()).isEqualTo(501);
    }

    @Test
    void sameRowsOfAColumnOfIdentifiersDoNotDrift() {
        String[] values = IntStream.range(0, 3000).mapToObj(i -> "id" + i).toArray(String[]::new);
        Profile reference = ProfileBuilder.reference(Map.of(), Map.of("c", values));

        Profile current = ProfileBuilder.withEdges(reference)
                .addColumns(Map.of(), Map.of("c", values))
                .build();

        assertThat(text(current)).isEqualTo(text(reference));
        assertThat(ColumnDrift.compare(reference, current, 0.05).get("c").psi()).isZero();
    }

    @Test
    void sampleIsBoundedSortedAndRepeatable() {
        double[] values = Samples.normal(7, 50_000, 0);

        double[] sample = numeric(reference(values)).sample();

        assertThat(sample).hasSize(ProfileBuilder.SAMPLE_SIZE).isSorted();
        assertThat(sample).containsExactly(numeric(reference(values)).sample());
        assertThat(numeric(ProfileBuilder.reference(Map.of("x", values), Map.of(), 99))
                        .sample())
                .isNotEqualTo(sample);
        assertThat(KolmogorovSmirnov.of(values, sample).pValue()).isGreaterThan(0.01);
    }

    @Test
    void mergeEqualsOneProfileOfAllRows() {
        Profile reference = reference(Samples.REFERENCE);
        Profile first = current(reference, Arrays.copyOf(Samples.CURRENT, 7));
        Profile second = current(reference, Arrays.copyOfRange(Samples.CURRENT, 7, 20));
        Profile whole = current(reference, Samples.CURRENT);

        NumericProfile merged = numeric(first.merge(second));

        assertThat(merged.counts()).containsExactly(numeric(whole).counts());
        assertThat(merged.sample()).containsExactly(numeric(whole).sample());
        assertThat(merged.mean()).isEqualTo(numeric(whole).mean(), within(1e-12));
        assertThat(merged.variance()).isEqualTo(numeric(whole).variance(), within(1e-12));
        assertThat(merged.max()).isEqualTo(12.4);
        assertThat(numeric(current(reference, new double[0]).merge(whole))).isEqualTo(numeric(whole));
    }

    @Test
    void mergedSampleKeepsTheProportionOfRows() {
        Profile reference = reference(Samples.normal(1, 2000, 0));
        Profile many = current(reference, Samples.normal(2, 9000, 0));
        Profile few = current(reference, Samples.normal(3, 3000, 100));

        NumericProfile merged = numeric(many.merge(few));

        assertThat(merged.count()).isEqualTo(12_000);
        assertThat(merged.sample()).hasSize(1000).isSorted();
        assertThat(Arrays.stream(merged.sample()).filter(value -> value > 50).count())
                .isEqualTo(250);
    }

    @Test
    void profilesOnOtherEdgesAreNotMerged() {
        assertThatThrownBy(() -> reference(Samples.REFERENCE).merge(reference(Samples.CURRENT)))
                .hasMessageContaining("different edges");
        assertThatThrownBy(() -> reference(Samples.REFERENCE).merge(reference(Samples.REFERENCE, new String[24])))
                .hasMessageContaining("different columns");
    }

    private static Profile current(Profile reference, double[] values) {
        return ProfileBuilder.withEdges(reference)
                .addColumns(Map.of("x", values), Map.of())
                .build();
    }

    @Test
    void jsonRoundTripIsExact() throws Exception {
        Profile profile = ProfileBuilder.reference(
                Map.of("x", Samples.normal(3, 3000, 0), "constant", filled(3000), "empty", missing(3000)),
                Map.of(
                        "c",
                        IntStream.range(0, 3000)
                                .mapToObj(i -> i % 7 == 0 ? null : "k" + i % 5)
                                .toArray(String[]::new)));

        String json = JSON.writeValueAsString(profile);

        assertThat(JSON.readValue(json, Profile.class)).isEqualTo(profile);
        JsonNode tree = JSON.readTree(json);
        assertThat(tree.fieldNames()).toIterable().containsExactly("rows", "numeric", "categorical");
        assertThat(tree.at("/numeric/x").fieldNames())
                .toIterable()
                .containsExactly("count", "nulls", "mean", "variance", "min", "max", "edges", "counts", "sample");
        assertThat(tree.at("/categorical/c").fieldNames())
                .toIterable()
                .containsExactly("count", "nulls", "counts", "other");
    }

    @Test
    void columnWithoutValuesHasNoDriftFigure() {
        Profile reference = ProfileBuilder.reference(Map.of("x", missing(5)), Map.of());

        ColumnDrift drift = ColumnDrift.compare(reference, current(reference, new double[] {1, 2}), 0.05)
                .get("x");

        assertThat(drift.psi()).isNaN();
        assertThat(drift.pValue()).isNaN();
        assertThat(drift.nullRatePValue()).isLessThan(0.05);
    }

    private static double[] filled(int size) {
        double[] values = new double[size];
        Arrays.fill(values, 4.2);
        return values;
    }

    private static double[] missing(int size) {
        double[] values = new double[size];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    @Test
    void columnsOfUnequalLengthAreRefused() {
        assertThatThrownBy(() -> reference(new double[] {1, 2}, "a")).hasMessage("c: 1 rows where others have 2");
    }
}
