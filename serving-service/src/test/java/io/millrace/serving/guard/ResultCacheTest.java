package io.millrace.serving.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.spi.Rows;
import io.millrace.serving.policy.Routing.CachePolicy;
import io.millrace.serving.testing.Models;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultCacheTest {

    private static Rows rows(String column, Object value) {
        return Rows.builder(Models.FIRST.signature())
                .add(Models.row(column, value))
                .build();
    }

    @Test
    void findsTheAnswerOfTheSameVersionAndValuesOnly() {
        ResultCache cache = new ResultCache(new CachePolicy(10, 1 << 20));
        Rows one = rows("amount", 1.0);
        cache.put(ResultCache.key("m/1", one), Models.FIRST.predict(one));

        assertThat(cache.find(ResultCache.key("m/1", rows("amount", 1.0)))).isPresent();
        assertThat(cache.find(ResultCache.key("m/2", one))).isEmpty();
        assertThat(cache.find(ResultCache.key("m/1", rows("amount", 1.5)))).isEmpty();
        assertThat(cache.find(ResultCache.key("m/1", rows("visits", 8)))).isEmpty();
        Map<String, Object> missing = new HashMap<>(Models.row("amount", 1.0));
        missing.put("country", null);
        assertThat(cache.find(ResultCache.key(
                        "m/1",
                        Rows.builder(Models.FIRST.signature()).add(missing).build())))
                .isEmpty();
        assertThat(cache.state().hits()).isEqualTo(1);
        assertThat(cache.state().misses()).isEqualTo(4);
        cache.clear();
        assertThat(cache.state()).isEqualTo(new ResultCache.State(0, 0, 1, 4));
    }

    @Test
    void letsTheLeastRecentlyUsedGoAtEitherBound() {
        ResultCache byEntries = new ResultCache(new CachePolicy(2, 1 << 20));
        for (double amount : new double[] {1, 2}) {
            byEntries.put(ResultCache.key("m/1", rows("amount", amount)), Models.FIRST.predict(rows("amount", amount)));
        }
        byEntries.find(ResultCache.key("m/1", rows("amount", 1.0)));
        byEntries.put(ResultCache.key("m/1", rows("amount", 3.0)), Models.FIRST.predict(rows("amount", 3.0)));

        assertThat(byEntries.find(ResultCache.key("m/1", rows("amount", 1.0)))).isPresent();
        assertThat(byEntries.find(ResultCache.key("m/1", rows("amount", 2.0)))).isEmpty();
        assertThat(byEntries.state().entries()).isEqualTo(2);

        ResultCache byBytes = new ResultCache(new CachePolicy(1000, 2000));
        for (int i = 0; i < 100; i++) {
            byBytes.put(ResultCache.key("m/1", rows("amount", i)), Models.FIRST.predict(rows("amount", i)));
        }
        assertThat(byBytes.state().bytes()).isBetween(1L, 2000L);
        assertThat(byBytes.state().entries()).isBetween(1, 5);
    }
}
