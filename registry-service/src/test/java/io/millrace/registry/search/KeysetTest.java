package io.millrace.registry.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.list;

import io.millrace.common.error.PlatformException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeysetTest {

    private static final SortTerm METRIC = new SortTerm("m.value", List.of("auc"), "float8", true, true);
    private static final SortTerm ID = SortTerm.column("r.run_id", "text", false);

    @Test
    void refusesATokenOfAnotherOrderOrOfNobody() {
        Keyset keyset = new Keyset(List.of(METRIC, ID));
        String token = keyset.token(List.of("0.5", "abc"));
        assertThat(keyset.after(token).arguments())
                .asInstanceOf(list(Object.class))
                .contains("0.5", "abc");

        Keyset ascending = new Keyset(List.of(new SortTerm("m.value", List.of("auc"), "float8", false, true), ID));
        for (String bad : List.of(token, "x", "eyJ9", "a".repeat(5000), "\u0000")) {
            assertThatThrownBy(() -> ascending.after(bad))
                    .isInstanceOf(PlatformException.class)
                    .hasMessageContaining("page_token");
        }
        assertThatThrownBy(() -> keyset.after(keyset.token(List.of("0.5; drop", "abc"))))
                .isInstanceOf(PlatformException.class);
        assertThatThrownBy(() -> keyset.after(keyset.token(Arrays.asList("0.5", null))))
                .isInstanceOf(PlatformException.class);
    }

    @Test
    void comesToMissingValuesAfterNan() {
        Keyset keyset = new Keyset(List.of(METRIC, ID));

        assertThat(keyset.after(keyset.token(List.of("NaN", "abc"))).sql())
                .isEqualTo("((s.k0 is null) or (s.k0 is not distinct from ?::float8 and (s.k1 > ?::text)))");
        assertThat(keyset.after(keyset.token(Arrays.asList(null, "abc"))).sql())
                .isEqualTo("((s.k0 is not distinct from ?::float8 and (s.k1 > ?::text)))");
    }

    @Test
    void readsRowsWithAJoinedNumberBeforeTheRest() {
        Condition source = new Condition("metric m on m.run_id = r.run_id and m.key = ?", List.of("auc"));
        Keyset keyset = new Keyset(List.of(new SortTerm("m.value", List.of(), "float8", true, true, source), ID));

        List<Keyset> all = keyset.parts(null);
        assertThat(all).hasSize(2);
        assertThat(all.get(0).join().sql()).startsWith(" join metric m on");
        assertThat(all.get(0).orderBy()).isEqualTo(" order by s.k0 desc, s.k1 asc");
        assertThat(all.get(0).after(null).sql()).isEqualTo("s.k0 < 'NaN'");
        assertThat(all.get(1).join().sql()).startsWith(" left join metric m on");
        assertThat(all.get(1).after(null).sql()).isEqualTo("coalesce(s.k0 = 'NaN', true)");

        String number = keyset.token(List.of("0.5", "abc"));
        assertThat(keyset.parts(number)).hasSize(2);
        assertThat(keyset.parts(number).get(0).after(number).sql()).startsWith("s.k0 < 'NaN' and s.k0 <= ?::float8");
        assertThat(keyset.parts(number).get(1).after(number).sql()).isEqualTo("coalesce(s.k0 = 'NaN', true)");
        assertThat(keyset.parts(keyset.token(List.of("NaN", "abc")))).hasSize(1);
        assertThat(keyset.parts(keyset.token(Arrays.asList(null, "abc")))).hasSize(1);
        assertThat(new Keyset(List.of(ID)).parts(null)).hasSize(1);
    }
}
