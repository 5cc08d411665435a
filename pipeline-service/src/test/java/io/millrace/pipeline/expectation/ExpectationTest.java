package io.millrace.pipeline.expectation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.pipeline.definition.ExpectationSpec;
import io.millrace.pipeline.definition.PipelineSpec.Data;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectationTest {

    private static final Data DATA = new Data("d.csv", ",", "id", null, "late", "yes", null, Map.of());

    @ParameterizedTest
    @CsvSource({
        "rows,       '',      4,    4,    true",
        "rows,       '',      5,    9,    false",
        "null_rate,  x,       0,    0.25, true",
        "null_rate,  x,       0,    0.24, false",
        "not_null,   carrier, 0,    0,    true",
        "not_null,   x,       0,    0,    false",
        "range,      x,       1,    3,    true",
        "range,      x,       1,    2.9,  false",
        "unique,     id,      0,    0,    true",
        "unique,     carrier, 0,    0,    false",
        "label_rate, '',      0.25, 0.25, true",
        "label_rate, '',      0.3,  1,    false",
    })
    void checksARule(String kind, String column, double low, double high, boolean met) {
        Expectation.Finding finding =
                Expectation.check(new ExpectationSpec("rule", kind, column, low, high, List.of(), false), rows(), DATA);

        assertThat(finding.met()).as(finding.observed()).isEqualTo(met);
    }

    @Test
    void showsWhatIsNotAmongTheAllowedTexts() {
        ExpectationSpec rule = new ExpectationSpec("rule", "in", "carrier", 0, 0, List.of("UA"), true);

        Expectation.Finding finding = Expectation.check(rule, rows(), DATA);

        assertThat(finding.met()).isFalse();
        assertThat(finding.warnOnly()).isTrue();
        assertThat(finding.observed()).isEqualTo("1 others [DL]");
        assertThat(Expectation.check(
                                new ExpectationSpec("rule", "in", "carrier", 0, 0, List.of("UA", "DL"), false),
                                rows(),
                                DATA)
                        .met())
                .isTrue();
    }

    @Test
    void namesARuleAboutAColumnThatIsNotThere() {
        ExpectationSpec rule = new ExpectationSpec("not_null: colour", "not_null", "colour", 0, 0, List.of(), false);

        assertThatThrownBy(() -> Expectation.check(rule, rows(), DATA))
                .hasMessageContaining("not_null: colour")
                .hasMessageContaining("id, x, carrier, late");
    }

    private static Rows rows() {
        Rows.Builder builder = Rows.builder(List.of(
                Column.required("id", ColumnType.INT64),
                Column.optional("x", ColumnType.FLOAT64),
                Column.required("carrier", ColumnType.STRING),
                Column.required("late", ColumnType.STRING)));
        String[] carriers = {"UA", "UA", "DL", "UA"};
        for (int i = 0; i < 4; i++) {
            Map<String, Object> row =
                    new HashMap<>(Map.of("id", i, "carrier", carriers[i], "late", i == 0 ? "yes" : "no"));
            row.put("x", i == 3 ? null : 1.0 + i);
            builder.add(row);
        }
        return builder.build();
    }
}
