package io.millrace.serving.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.serving.policy.Ensemble.Kind;
import io.millrace.serving.testing.Models;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class EnsembleModelTest {

    private static final Signature BINARY =
            Signature.binary(List.of(Column.required("x", ColumnType.FLOAT64)), "no", "yes");

    /** Says P(yes) by the row's x, an index. */
    private static Function<Rows, Prediction> says(AtomicInteger asked, double... yes) {
        return rows -> {
            asked.addAndGet(rows.size());
            double[] raw = new double[rows.size() * 2];
            double[] at = rows.doubles("x");
            for (int row = 0; row < rows.size(); row++) {
                raw[row * 2 + 1] = yes[(int) at[row]];
                raw[row * 2] = 1 - raw[row * 2 + 1];
            }
            return Prediction.standard(BINARY, rows.size(), raw);
        };
    }

    private static EnsembleModel of(Kind kind, List<Function<Rows, Prediction>> parts) {
        return new EnsembleModel(kind, 0.8, parts, Collections.nCopies(parts.size(), BINARY), false, () -> {});
    }

    private static Rows rows(int size) {
        Rows.Builder rows = Rows.builder(BINARY);
        for (int i = 0; i < size; i++) {
            rows.add(Map.of("x", (double) i));
        }
        return rows.build();
    }

    @Test
    void averagesProbabilities() {
        AtomicInteger asked = new AtomicInteger();
        Prediction said = of(Kind.AVERAGE, List.of(says(asked, 0.2, 0.9), says(asked, 0.6, 0.7)))
                .predict(rows(2));

        assertThat(said.number(Output.PROBABILITY)).containsExactly(new double[] {0.4, 0.8}, within(1e-12));
        assertThat(said.label(Output.LABEL)).containsExactly("no", "yes");
    }

    @Test
    void votesAndBreaksATieByProbability() {
        AtomicInteger asked = new AtomicInteger();
        Prediction three = of(Kind.VOTE, List.of(says(asked, 0.6, 0.1), says(asked, 0.6, 0.9), says(asked, 0.1, 0.2)))
                .predict(rows(2));
        Prediction tied = of(Kind.VOTE, List.of(says(asked, 0.6, 0.9), says(asked, 0.1, 0.4)))
                .predict(rows(2));

        assertThat(three.number(Output.PROBABILITY)).containsExactly(new double[] {2 / 3.0, 1 / 3.0}, within(1e-12));
        assertThat(three.label(Output.LABEL)).containsExactly("yes", "no");
        assertThat(tied.number(Output.PROBABILITY)).containsExactly(new double[] {0.5, 0.5}, within(1e-8));
        assertThat(tied.label(Output.LABEL)).containsExactly("no", "yes");
    }

    @Test
    void asksTheNextPartOnlyAboutRowsTheOneBeforeIsUnsureOf() {
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        Prediction said = of(Kind.CASCADE, List.of(says(first, 0.9, 0.5, 0.2, 0.7), says(second, 0.0, 0.1, 0.0, 0.99)))
                .predict(rows(4));

        assertThat(said.number(Output.PROBABILITY)).containsExactly(new double[] {0.9, 0.1, 0.2, 0.99}, within(1e-12));
        assertThat(first).hasValue(4);
        assertThat(second).hasValue(2);
    }

    @Test
    void averagesRealModelsOfEveryTask() {
        for (var model : List.of(Models.FIRST, Models.THREE, Models.NUMBER)) {
            EnsembleModel twice = new EnsembleModel(
                    Kind.AVERAGE,
                    0.8,
                    List.of(model::predict, model::predict),
                    List.of(model.signature(), model.signature()),
                    false,
                    () -> {});
            Rows row = Rows.builder(twice.signature()).add(Models.row()).build();

            assertThat(twice.predict(row).score(0)).isEqualTo(model.predict(row).score(0), within(1e-12));
        }
    }

    @Test
    void readsWhatAnyPartReadsAsStrictlyAsTheStrictest() {
        Signature first = Signature.binary(
                List.of(
                        new Column("x", ColumnType.FLOAT64, true, 0.0, null, List.of()),
                        new Column("c", ColumnType.STRING, true, null, null, List.of("a", "b"))),
                "no",
                "yes");
        Signature second = Signature.binary(
                List.of(
                        new Column("x", ColumnType.FLOAT64, false, -1.0, 9.0, List.of()),
                        new Column("c", ColumnType.STRING, true, null, null, List.of("b", "d")),
                        Column.required("y", ColumnType.BOOL)),
                "no",
                "yes");

        assertThat(Joined.signature(Kind.AVERAGE, List.of(first, second)).inputs())
                .containsExactly(
                        new Column("x", ColumnType.FLOAT64, false, 0.0, 9.0, List.of()),
                        new Column("c", ColumnType.STRING, true, null, null, List.of("b")),
                        Column.required("y", ColumnType.BOOL));
    }

    @Test
    void refusesPartsThatDoNotGoTogether() {
        Signature number = Models.NUMBER.signature();
        assertThatThrownBy(() -> Joined.signature(Kind.VOTE, List.of(number, number)))
                .hasMessage("a vote needs classifiers, the first part is a regression");
        assertThatThrownBy(() -> Joined.signature(Kind.AVERAGE, List.of(BINARY, number)))
                .hasMessageStartingWith("the parts predict different things: BINARY [no, yes] and REGRESSION");
        Signature text = Signature.binary(List.of(Column.required("x", ColumnType.STRING)), "no", "yes");
        assertThatThrownBy(() -> Joined.signature(Kind.AVERAGE, List.of(BINARY, text)))
                .hasMessage("the parts read column 'x' as FLOAT64 and as STRING");
    }

    @Test
    void tellsItsMakerOnceWhenClosed() {
        List<String> closed = new ArrayList<>();
        EnsembleModel model = new EnsembleModel(
                Kind.AVERAGE,
                0.8,
                List.of(says(new AtomicInteger(), 0.5)),
                List.of(BINARY),
                false,
                () -> closed.add("closed"));

        model.close();
        model.close();

        assertThat(closed).containsExactly("closed");
        assertThatThrownBy(() -> model.predict(rows(1))).isInstanceOf(IllegalStateException.class);
    }
}
