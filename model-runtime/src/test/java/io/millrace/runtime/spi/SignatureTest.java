package io.millrace.runtime.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignatureTest {

    private static final List<Column> INPUTS = List.of(
            new Column("a", ColumnType.FLOAT64, false, 0.0, null, List.of()),
            new Column("b", ColumnType.STRING, true, null, null, List.of("x", "y")));

    @Test
    void survivesJson() throws Exception {
        ObjectMapper json = new ObjectMapper();
        for (Signature signature : List.of(
                Signature.binary(INPUTS, "no", "yes"),
                Signature.multiclass(INPUTS, List.of("1", "2", "3")),
                Signature.regression(INPUTS))) {
            assertThat(json.readValue(json.writeValueAsString(signature), Signature.class))
                    .isEqualTo(signature);
        }
        assertThat(json.readTree(json.writeValueAsString(Signature.regression(INPUTS)))
                        .path("outputs")
                        .path(0)
                        .path("name")
                        .asText())
                .isEqualTo("prediction");
    }

    @Test
    void takesAColumnThatDoesNotSayNullableAsRequired() throws Exception {
        ObjectMapper json = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

        assertThat(json.readValue("{\"name\": \"a\", \"type\": \"FLOAT64\"}", Column.class))
                .isEqualTo(Column.required("a", ColumnType.FLOAT64));
        assertThat(json.readValue("{\"name\": \"a\", \"type\": \"STRING\", \"nullable\": true}", Column.class))
                .isEqualTo(Column.optional("a", ColumnType.STRING));
        assertThatThrownBy(() -> json.readValue("{\"name\": \"a\"}", Column.class))
                .hasMessageContaining("type");
    }

    @Test
    void cannotExistWrong() {
        Output output = new Output("y", OutputType.FLOAT64, 1);
        assertThatThrownBy(() -> new Signature(Task.BINARY, INPUTS, List.of(output), List.of("one")))
                .hasMessage("BINARY does not go with 1 classes");
        assertThatThrownBy(() -> new Signature(Task.REGRESSION, INPUTS, List.of(output), List.of("a", "b")))
                .hasMessage("REGRESSION does not go with 2 classes");
        assertThatThrownBy(() -> Signature.binary(INPUTS, "same", "same")).hasMessage("two of class same");
        assertThatThrownBy(() -> Signature.regression(List.of(INPUTS.get(0), INPUTS.get(0))))
                .hasMessage("two of input a");
        assertThatThrownBy(() -> new Column("", ColumnType.BOOL, true, null, null, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Column("n", ColumnType.BOOL, true, 2.0, 1.0, null))
                .hasMessage("column n: min 2.0 is above max 1.0");
    }

    @Test
    void findsTheFirstColumnThatDoesNotFit() {
        Signature signature = Signature.regression(INPUTS);

        assertThatThrownBy(() -> signature.check(
                        Rows.builder(List.of(INPUTS.get(0))).add(Map.of("a", 1)).build()))
                .hasMessage("column 'b': missing, expected STRING (the model reads a, b)");
        assertThatThrownBy(() ->
                        signature.check(Rows.builder(List.of(Column.optional("a", ColumnType.INT64), INPUTS.get(1)))
                                .build()))
                .hasMessage("column 'a': expected FLOAT64, got INT64");
        assertThatThrownBy(() ->
                        signature.check(Rows.builder(List.of(Column.optional("a", ColumnType.FLOAT64), INPUTS.get(1)))
                                .add(Map.of("a", 1))
                                .add(Map.of())
                                .build()))
                .hasMessage("row 1, column 'a': missing value, but the column is required");
        signature.check(Rows.builder(List.of(
                        Column.optional("more", ColumnType.BOOL),
                        INPUTS.get(1),
                        Column.optional("a", ColumnType.FLOAT64)))
                .add(Map.of("a", 1))
                .build());
    }

    @Test
    void makesStandardPredictions() {
        Prediction binary =
                Prediction.standard(Signature.binary(INPUTS, "no", "yes"), 2, new double[] {0.5, 0.5, 0.8, 0.2});
        Prediction three = Prediction.standard(
                Signature.multiclass(INPUTS, List.of("a", "b", "c")), 1, new double[] {0.2, 0.4, 0.4});

        assertThat(binary.number("probability")).containsExactly(0.5, 0.2);
        assertThat(binary.label("label")).containsExactly("yes", "no");
        assertThat(binary.score(1)).isEqualTo(0.2);
        assertThat(three.label("label")).containsExactly("b");
        assertThat(three.score(0)).isEqualTo(0.4);
        assertThatThrownBy(() -> new Prediction(
                        2, List.of(new Output("y", OutputType.FLOAT64, 1)), Map.of("y", new double[1]), Map.of()))
                .hasMessage("output y needs 2 values, has 1");
    }
}
