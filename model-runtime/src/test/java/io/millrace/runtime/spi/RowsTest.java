package io.millrace.runtime.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsTest {

    private static final List<Column> COLUMNS = List.of(
            new Column("price", ColumnType.FLOAT64, true, 0.0, 100.0, List.of()),
            Column.optional("count", ColumnType.INT64),
            Column.optional("name", ColumnType.STRING),
            Column.optional("good", ColumnType.BOOL),
            Column.optional("at", ColumnType.TIMESTAMP),
            new Column("size", ColumnType.STRING, true, null, null, List.of("S", "L")));

    private static Map<String, Object> row(Object... pairs) {
        Map<String, Object> row = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            row.put((String) pairs[i], pairs[i + 1]);
        }
        return row;
    }

    private static Rows rows(Map<String, Object> row) {
        return Rows.builder(COLUMNS).add(row).build();
    }

    @Test
    void readsNumbersTextsAndTimesAsClientsSendThem() {
        Rows rows = Rows.builder(COLUMNS)
                .add(row("price", 1, "count", 7, "name", "a", "good", true, "at", "2013-01-01T00:00:00Z", "size", "S"))
                .add(row("price", "2.5", "count", "8", "name", 5, "good", "false", "at", 1356998400000L, "size", "L"))
                .add(row("price", new BigDecimal("3"), "count", 9.0, "good", 1, "at", "2013-01-01 01:00:00+01:00"))
                .add(row("price", "", "count", "", "at", "2013-01-01"))
                .build();

        assertThat(rows.size()).isEqualTo(4);
        assertThat(rows.names()).containsExactly("price", "count", "name", "good", "at", "size");
        assertThat(rows.doubles("price")).containsExactly(1, 2.5, 3, Double.NaN);
        assertThat(rows.longs("count")).containsExactly(7, 8, 9, 0);
        assertThat(rows.doubles("count")).containsExactly(7, 8, 9, Double.NaN);
        assertThat(rows.strings("name")).containsExactly("a", "5", null, null);
        assertThat(rows.doubles("good")).containsExactly(1, 0, 1, Double.NaN);
        assertThat(rows.longs("at"))
                .containsOnly(Instant.parse("2013-01-01T00:00:00Z").toEpochMilli());
        assertThat(rows.value("count", 3)).isNull();
        assertThat(rows.value("good", 1)).isEqualTo(false);
        assertThat(rows.isMissing("name", 2)).isTrue();
        assertThat(rows.firstMissing("count")).hasValue(3);
        assertThat(rows.firstMissing("at")).isEmpty();
    }

    @Test
    void keepsWholeNumbersThatDoublesCannotHold() {
        long large = (1L << 53) + 1;

        assertThat(rows(row("count", large)).longs("count")).containsExactly(large);
        assertThat(rows(row("count", Long.toString(large))).longs("count")).containsExactly(large);
        assertThat(rows(row("count", BigInteger.valueOf(large))).longs("count")).containsExactly(large);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "price | 101 | must be at most 100.0, got 101.0",
                "price | -1 | must be at least 0.0, got -1.0",
                "price | abc | expected a number, got \"abc\"",
                "price | 0x10 | expected a number, got \"0x10\"",
                "price | 1d | expected a number, got \"1d\"",
                "price | 1e400 | must be a finite number, got \"1e400\"",
                "price | Infinity | expected a number, got \"Infinity\"",
                "count | 1.5 | expected a whole number of 64 bits, got \"1.5\"",
                "count | 1e999999999 | expected a whole number of 64 bits, got \"1e999999999\"",
                "count | 9223372036854775808 | expected a whole number of 64 bits, got \"9223372036854775808\"",
                "good | maybe | expected true or false, got \"maybe\"",
                "at | yesterday | expected an ISO-8601 time or epoch milliseconds, got \"yesterday\"",
                "at | 999999999999999999 | expected an ISO-8601 time or epoch milliseconds, got \"999999999999999999\"",
                "size | M | unknown category \"M\", expected one of S, L",
            })
    void namesTheColumnTheRowAndWhatWasExpected(String column, String value, String problem) {
        Rows.Builder builder = Rows.builder(COLUMNS).add(row());

        assertThatThrownBy(() -> builder.add(row(column, value)))
                .isInstanceOf(SignatureException.class)
                .hasMessage("row 1, column '" + column + "': " + problem);
        assertThat(builder.add(row("name", "next")).build().strings("name")).containsExactly(null, "next");
    }

    @Test
    void refusesListsAndObjects() {
        assertThatThrownBy(() -> rows(row("name", List.of(1))))
                .hasMessage("row 0, column 'name': expected text, got a list");
        assertThatThrownBy(() -> rows(row("price", Map.of())))
                .hasMessage("row 0, column 'price': expected a number, got an object");
        assertThatThrownBy(() -> rows(row("price", true)))
                .hasMessage("row 0, column 'price': expected a number, got true");
        assertThatThrownBy(() -> rows(row("count", Double.POSITIVE_INFINITY)))
                .hasMessage("row 0, column 'count': expected a whole number of 64 bits, got Infinity");
    }

    @Test
    void doesNotEchoLongValues() {
        assertThatThrownBy(() -> rows(row("price", "x".repeat(5000))))
                .hasMessage("row 0, column 'price': expected a number, got \"" + "x".repeat(40) + "...\"");
    }

    @Test
    void requiresWhatIsNotNullable() {
        List<Column> required =
                List.of(Column.required("a", ColumnType.FLOAT64), Column.required("b", ColumnType.STRING));

        assertThatThrownBy(() -> Rows.builder(required).add(row("a", 1.0)))
                .hasMessage("row 0, column 'b': missing value, expected text");
        assertThatThrownBy(() -> Rows.builder(required).add(row("a", Double.NaN, "b", "x")))
                .hasMessage("row 0, column 'a': missing value, expected a number");
    }

    @Test
    void slicesAndPicks() {
        Rows.Builder builder = Rows.builder(COLUMNS);
        for (int i = 0; i < 100; i++) {
            builder.add(row("count", i, "name", i % 2 == 0 ? null : "n" + i));
        }
        Rows rows = builder.build();

        assertThat(rows.slice(10, 13).longs("count")).containsExactly(10, 11, 12);
        assertThat(rows.slice(10, 13).strings("name")).containsExactly(null, "n11", null);
        assertThat(rows.slice(5, 5).size()).isZero();
        assertThat(rows.pick(new int[] {99, 0, 99}).longs("count")).containsExactly(99, 0, 99);
        assertThat(rows.pick(new int[] {99, 0}).isMissing("name", 1)).isTrue();
        assertThatThrownBy(() -> rows.slice(90, 101)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> rows.pick(new int[] {100})).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void staysTheSameWhenItsBuilderGoesOn() {
        Rows.Builder builder = Rows.builder(COLUMNS).add(row("price", 1.0));
        Rows first = builder.build();
        builder.add(row());

        assertThat(first.doubles("price")).containsExactly(1);
        assertThat(first.firstMissing("price")).isEmpty();
        assertThat(builder.build().firstMissing("price")).hasValue(1);
    }

    @Test
    void refusesToReadAColumnAsAnotherType() {
        Rows rows = rows(row("name", "x"));

        assertThatThrownBy(() -> rows.doubles("name")).hasMessage("column 'name': expected a number, got STRING");
        assertThatThrownBy(() -> rows.strings("price")).hasMessage("column 'price': expected STRING, got FLOAT64");
        assertThatThrownBy(() -> rows.longs("good")).hasMessage("column 'good': expected INT64 or TIMESTAMP, got BOOL");
        assertThatThrownBy(() -> rows.doubles("nothing")).hasMessage("column 'nothing': missing");
        assertThat(Arrays.asList(rows.strings("size"))).containsExactly((String) null);
    }
}
