package io.millrace.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.serving.inference.Answer.Scored;
import io.millrace.serving.predictionlog.Comparison;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComparisonsTest {

    private static Comparison compare(Scored primary, Scored shadow) {
        return Comparisons.of(List.of(primary), List.of(shadow)).get(0);
    }

    private static Scored said(@Nullable Double score, @Nullable String label, @Nullable String decision) {
        return new Scored(new UUID(1, 2), score, label, decision);
    }

    @Test
    void agreesWhenLabelAndDecisionAreThoseOfThePrimary() {
        Comparison same = compare(said(0.4, "no", "PASS"), said(0.45, "no", "PASS"));

        assertThat(same.agrees()).isTrue();
        assertThat(same.distance()).isCloseTo(0.05, within(1e-12));
        assertThat(compare(said(0.4, "no", "PASS"), said(0.4, "no", "BLOCK")).agrees())
                .isFalse();
        assertThat(compare(said(0.4, "no", null), said(0.4, "yes", null)).agrees())
                .isFalse();
    }

    @Test
    void agreesOnNumbersThatAreTheSameButForRounding() {
        assertThat(compare(said(1000.0, null, null), said(1000.0005, null, null))
                        .agrees())
                .isTrue();
        assertThat(compare(said(1000.0, null, null), said(1001.0, null, null)).agrees())
                .isFalse();
        assertThat(compare(said(0.0, null, null), said(0.0, null, null)).agrees())
                .isTrue();
    }

    @Test
    void hasNoDistanceWithoutTwoScores() {
        Comparison missing = compare(said(null, null, null), said(0.5, null, null));

        assertThat(missing.agrees()).isFalse();
        assertThat(missing.distance()).isNull();
        assertThat(compare(said(null, null, null), said(null, null, null)).agrees())
                .isTrue();
    }
}
