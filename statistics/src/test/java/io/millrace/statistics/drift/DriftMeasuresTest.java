package io.millrace.statistics.drift;

import static io.millrace.statistics.drift.Samples.CURRENT;
import static io.millrace.statistics.drift.Samples.REFERENCE;
import static io.millrace.statistics.drift.Samples.TIED_CURRENT;
import static io.millrace.statistics.drift.Samples.TIED_REFERENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DriftMeasuresTest {

    private static final Offset<Double> EXACT = within(1e-9);

    private final Categories before = new Categories(Map.of("A", 120L, "B", 60L, "C", 20L), 0);
    private final Categories after = new Categories(Map.of("A", 90L, "B", 80L, "C", 30L), 0);
    private final Categories colours =
            new Categories(Map.of("red", 500L, "green", 300L, "blue", 150L, "black", 50L), 0);
    private final Categories otherColours =
            new Categories(Map.of("red", 180L, "green", 140L, "blue", 60L, "white", 20L), 0);

    @Test
    void decilesAreOfType7() {
        assertThat(Quantiles.deciles(REFERENCE))
                .containsExactly(new double[] {3.52, 4.34, 4.97, 5.36, 5.9, 6.34, 6.92, 7.62, 8.72}, EXACT);
        assertThat(Quantiles.deciles(TIED_REFERENCE))
                .containsExactly(new double[] {1.1, 2.0, 2.0, 2.4, 3.0, 3.0, 3.0, 3.8, 4.0}, EXACT);
    }

    @Test
    void histogramGivesTheReferenceShares() {
        double[] edges = Quantiles.decileEdges(REFERENCE);

        assertThat(Counts.shares(Histogram.of(edges, CURRENT).counts()))
                .containsExactly(new double[] {0, .05, .05, .05, .05, .05, .1, .15, .2, .3}, EXACT);
    }

    @Test
    void psiOfDecilesMatchesReferenceValues() {
        assertThat(Psi.deciles(REFERENCE, CURRENT).value()).isEqualTo(1.327590567, EXACT);
        assertThat(Psi.deciles(TIED_REFERENCE, TIED_CURRENT).value()).isEqualTo(2.016341915, EXACT);
        assertThat(shifted(1000, 0.1)).isEqualTo(0.04224806782, EXACT);
        assertThat(shifted(5000, 0.1)).isEqualTo(0.02036024219, EXACT);
        assertThat(shifted(20_000, 0.1)).isEqualTo(0.01221884425, EXACT);
        assertThat(shifted(5000, 0)).isEqualTo(0.003969216218, EXACT);
    }

    private static double shifted(int size, double shift) {
        return Psi.deciles(Samples.normal(11, size, 0), Samples.normal(22, size, shift))
                .value();
    }

    @Test
    void psiOfCountsMatchesReferenceValues() {
        assertThat(Psi.of(new long[] {10, 20, 40, 20, 10}, new long[] {5, 15, 40, 25, 15})
                        .value())
                .isEqualTo(0.080471896, EXACT);
        assertThat(Psi.of(new long[] {50, 50}, new long[] {30, 70}).value()).isEqualTo(0.169459572, EXACT);
        assertThat(Psi.of(before, after).value()).isEqualTo(0.09219377352, EXACT);
        assertThat(Psi.of(colours, otherColours).value()).isEqualTo(0.633193448, EXACT);
    }

    @Test
    void psiReportsOccupiedBinsOnly() {
        assertThat(Psi.deciles(REFERENCE, CURRENT).bins()).isEqualTo(10);
        assertThat(Psi.deciles(TIED_REFERENCE, TIED_CURRENT).bins()).isEqualTo(5);
        assertThat(Psi.of(colours, otherColours).bins()).isEqualTo(5);
    }

    @Test
    void psiBoundShrinksWithRows() {
        assertThat(Psi.bound(200, 200, 10, 0.05)).isEqualTo(0.16918978, within(1e-7));
        assertThat(Psi.bound(500, 500, 10, 0.05)).isEqualTo(0.0677, within(5e-5));
        assertThat(Psi.bound(1000, 1000, 10, 0.05)).isEqualTo(0.0338, within(5e-5));
        assertThat(Psi.bound(1000, 1000, 1, 0.05)).isZero();
    }

    @Test
    void smallWindowsWithoutDriftStayUnderTheBoundWhereAFixedThresholdFires() {
        int overFixed = 0;
        int drifted = 0;
        for (int seed = 0; seed < 200; seed++) {
            Psi psi = Psi.deciles(Samples.normal(1000 + seed, 150, 0), Samples.normal(5000 + seed, 150, 0));
            overFixed += psi.value() >= 0.1 ? 1 : 0;
            drifted += psi.drifted(0.1, 0.01) ? 1 : 0;
        }

        assertThat(overFixed).isGreaterThan(80);
        assertThat(drifted).isLessThan(12);
    }

    @Test
    void fallBelowAConstantReferenceIsSeen() {
        Psi psi = Psi.deciles(new double[] {5, 5, 5, 5}, new double[] {3, 3, 3, 3});

        assertThat(psi.value()).isGreaterThan(10);
    }

    @Test
    void kolmogorovSmirnovMatchesReferenceValues() {
        assertKs(REFERENCE, CURRENT, 0.3833333333, 0.06052806232, 0.05794871429);
        assertKs(TIED_REFERENCE, TIED_CURRENT, 0.45, 0.1597597449, 0.19399375);
        assertKs(Samples.normal(11, 1000, 0), Samples.normal(22, 1000, 0.1), 0.085, 0.00144889546, 0.001364377493);
        assertKs(Samples.normal(11, 5000, 0), Samples.normal(22, 5000, 0.1), 0.0634, 3.69559277e-09, 3.525752466e-09);
        assertThat(KolmogorovSmirnov.of(Samples.normal(11, 20_000, 0), Samples.normal(22, 20_000, 0.1))
                        .pValue())
                .isEqualTo(7.104239002e-16, within(1e-22));
        assertThat(KolmogorovSmirnov.exact(new double[] {1, 2, 3, 4, 5}, new double[] {2.5, 3.5, 4.5, 5.5, 6.5})
                        .pValue())
                .isEqualTo(0.873015873, EXACT);
    }

    private static void assertKs(double[] reference, double[] current, double d, double exact, double asymptotic) {
        KolmogorovSmirnov result = KolmogorovSmirnov.exact(reference, current);
        assertThat(result.statistic()).isEqualTo(d, EXACT);
        assertThat(result.pValue()).isEqualTo(exact, within(exact * 1e-6));
        assertThat(KolmogorovSmirnov.asymptotic(reference, current).pValue())
                .isEqualTo(asymptotic, within(asymptotic * 1e-6));
        assertThat(KolmogorovSmirnov.of(reference, current)).isEqualTo(result);
    }

    @Test
    void wassersteinMatchesReferenceValues() {
        assertThat(Wasserstein.distance(REFERENCE, CURRENT)).isEqualTo(1.781666667, EXACT);
        assertThat(Wasserstein.standardised(REFERENCE, CURRENT)).isEqualTo(0.8851655201, EXACT);
        assertThat(Wasserstein.distance(TIED_REFERENCE, TIED_CURRENT)).isEqualTo(1.45, EXACT);
        assertThat(Wasserstein.standardised(TIED_REFERENCE, TIED_CURRENT)).isEqualTo(1.246039881, EXACT);
        assertThat(Wasserstein.standardised(Samples.normal(11, 5000, 0), Samples.normal(22, 5000, 0.1)))
                .isEqualTo(0.1398412582, EXACT);
    }

    @Test
    void chiSquareIsOfHomogeneity() {
        ChiSquare first = ChiSquare.homogeneity(before, after);
        assertThat(first.statistic()).isEqualTo(9.142857143, EXACT);
        assertThat(first.degreesOfFreedom()).isEqualTo(2);
        assertThat(first.pValue()).isEqualTo(0.0103431732, EXACT);
        assertThat(first.cramersV()).isEqualTo(0.1511857892, EXACT);
        assertThat(first.smallestExpected()).isEqualTo(25, EXACT);

        ChiSquare second = ChiSquare.homogeneity(colours, otherColours);
        assertThat(second.statistic()).isEqualTo(73.74331551, within(1e-8));
        assertThat(second.degreesOfFreedom()).isEqualTo(4);
        assertThat(second.pValue()).isEqualTo(3.674149424e-15, within(1e-21));
        assertThat(second.cramersV()).isEqualTo(0.2295077271, EXACT);
    }

    @Test
    void oneCategoryCannotDiffer() {
        ChiSquare result = ChiSquare.homogeneity(new long[] {10, 0}, new long[] {30, 0});

        assertThat(result.statistic()).isZero();
        assertThat(result.pValue()).isEqualTo(1);
    }

    @Test
    void jensenShannonIsInNats() {
        assertThat(JensenShannon.distance(before, after)).isEqualTo(0.1071267034, EXACT);
        assertThat(JensenShannon.distance(colours, otherColours)).isEqualTo(0.1904679679, EXACT);
        assertThat(JensenShannon.divergence(new long[] {50, 50}, new long[] {30, 70}) / Math.log(2))
                .isEqualTo(0.030305145, EXACT);
        assertThat(JensenShannon.distance(new long[] {5, 0}, new long[] {0, 9}))
                .isEqualTo(Math.sqrt(Math.log(2)), EXACT);
    }

    @Test
    void sidesWithoutRowsAreRefused() {
        assertThatThrownBy(() -> Psi.of(new long[] {0, 0}, new long[] {1, 2}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Psi.of(new long[] {1, 2, 3}, new long[] {1, 2}))
                .hasMessageContaining("3 bins against 2");
        assertThatThrownBy(() -> Wasserstein.distance(new double[0], CURRENT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KolmogorovSmirnov.of(new double[] {1, Double.NaN}, CURRENT))
                .hasMessageContaining("two finite values");
    }
}
