package io.millrace.registry.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.common.error.PlatformException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {

    @Test
    void readsComparisonsJoinedByAnd() {
        assertThat(Filter.parse("metrics.auc > 0.9 AND params.`learning rate` = 'a''b' and tag.\"x y\" ILIKE \"%q\""))
                .containsExactly(
                        new Clause("metrics", "auc", ">", "0.9"),
                        new Clause("params", "learning rate", "=", "'a''b'"),
                        new Clause("tag", "x y", "ILIKE", "\"%q\""));
        assertThat(Filter.parse(" status='FINISHED'and run_id not  in ('a', 'b,)')"))
                .containsExactly(
                        new Clause("", "status", "=", "'FINISHED'"),
                        new Clause("", "run_id", "NOT IN", "('a', 'b,)')"));
        assertThat(Filter.parse(null)).isEmpty();
        assertThat(Filter.parse("  ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a =",
                "a = 'b",
                "a = 'b' OR c = 'd'",
                "(a = 'b')",
                "a = 'b' AND",
                "a = 'b'; drop table run",
                "a == 'b'",
                "= 'b'",
                "a IN ('b'",
                "a = b'c'",
                "`a = 'b'"
            })
    void saysWhereAFilterCannotBeRead(String filter) {
        assertThatThrownBy(() -> Filter.parse(filter))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("filter");
    }

    @Test
    void readsTheLongestFilterAndRefusesALongerOne() {
        String quotes = "''".repeat(4900);
        assertThat(Filter.parse("a = '" + quotes + "'").get(0).text()).isEqualTo("'".repeat(4900));
        String list = IntStream.range(0, 1600).mapToObj(i -> "'abc'").collect(Collectors.joining(","));
        assertThat(Filter.parse("run_id IN (" + list + ")")
                        .get(0)
                        .textOrList("c")
                        .arguments())
                .isEqualTo(List.of(java.util.Collections.nCopies(1600, "abc")));

        assertThatThrownBy(() -> Filter.parse("a = '" + "x".repeat(10_000) + "'"))
                .hasMessageContaining("10000");
        assertThatThrownBy(() -> Filter.parse(
                        IntStream.range(0, 51).mapToObj(i -> "a = 'b'").collect(Collectors.joining(" AND "))))
                .hasMessageContaining("50");
    }

    @Test
    void putsValuesIntoArgumentsNeverIntoSql() {
        Condition text = new Clause("", "name", "!=", "'x'' or 1=1'").text("m.name");
        assertThat(text.sql()).isEqualTo("m.name <> ?");
        assertThat(text.arguments()).isEqualTo(List.of("x' or 1=1"));
        assertThat(new Clause("", "name", "LIKE", "'a\\'").text("m.name").sql())
                .isEqualTo("m.name LIKE ? escape ''".toLowerCase());
    }

    @Test
    void holdsNoNumberGreaterThanAnotherBecauseItIsNaN() {
        assertThat(new Clause("metrics", "a", ">=", "1").numeric("v").sql()).isEqualTo("v >= ? and v <> 'NaN'");
        assertThat(new Clause("metrics", "a", "<", "1").numeric("v").sql()).isEqualTo("v < ?");
    }

    @Test
    void refusesOperatorsAndValuesOfAnotherType() {
        assertThatThrownBy(() -> new Clause("metrics", "a", "LIKE", "'1'").numeric("v"))
                .hasMessageContaining("LIKE");
        assertThatThrownBy(() -> new Clause("metrics", "a", ">", "'1'").numeric("v"))
                .hasMessageContaining("number");
        assertThatThrownBy(() -> new Clause("params", "a", ">", "'1'").text("v"))
                .hasMessageContaining("does not allow >");
        assertThatThrownBy(() -> new Clause("params", "a", "=", "1").text("v")).hasMessageContaining("quoted");
        assertThatThrownBy(() -> new Clause("", "run_id", "IN", "(1)").textOrList("v"))
                .hasMessageContaining("list");
    }

    @Test
    void readsOrdersAndRefusesAKeyTwice() {
        assertThat(SortKey.parse(List.of("metrics.`a b` desc", "start_time", "params.x ASC")))
                .containsExactly(
                        new SortKey("metrics", "a b", true),
                        new SortKey("", "start_time", false),
                        new SortKey("params", "x", false));
        assertThatThrownBy(() -> SortKey.parse(List.of("a", "a desc"))).hasMessageContaining("twice");
        assertThatThrownBy(() -> SortKey.parse(List.of("a; drop"))).hasMessageContaining("cannot be read");
    }
}
