package io.millrace.serving.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serving.endpoint.Buckets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterTest {

    private static final int KEYS = 100_000;

    /** Vectors of the GrowthBook SDK specification 0.7.1, hash version 2, in buckets of a ten-thousandth. */
    @ParameterizedTest
    @CsvSource({
        "seed, a, 505",
        "seed, b, 2696",
        "foo, ab, 2575",
        "foo, def, 2019",
        "89123klj, 8952klfjas09ujkasdf, 1240",
        "90850943850283058242805, 123, 7516"
    })
    void hashesAsThePublishedVectorsSay(String seed, String key, int bucket) {
        assertThat(Router.bucket(seed, key)).isEqualTo(bucket);
    }

    /** FNV-1a's own test vectors. */
    @ParameterizedTest
    @CsvSource({"'', 811c9dc5", "a, e40c292c", "foobar, bf9cf968"})
    void computesFnv1a(String text, String hex) {
        assertThat(Integer.toHexString(Router.fnv1a32(text))).isEqualTo(hex);
    }

    @Test
    void hashesTheUtf8FormOfAKey() {
        assertThat(Integer.toHexString(Router.fnv1a32("\u00e9"))).isEqualTo("1e9de8c1");
    }

    @Test
    void spreadsKeysByWeight() {
        int[] counts = count(router(Map.of(), weights("a", 5000, "b", 3000, "c", 2000)));

        // Five standard deviations of a binomial: a fair hash fails once in millions of seeds.
        assertThat(counts[0]).isBetween(50_000 - 791, 50_000 + 791);
        assertThat(counts[1]).isBetween(30_000 - 725, 30_000 + 725);
        assertThat(counts[2]).isBetween(20_000 - 633, 20_000 + 633);
    }

    @Test
    void spreadsTwoEndpointsIndependently() {
        List<Buckets> halves = List.copyOf(
                Buckets.allocate(Map.of(), weights("a", 5000, "b", 5000)).values());
        Router one = new Router("s1:one", halves);
        Router two = new Router("s2:two", halves);
        int both = 0;
        for (int i = 0; i < KEYS; i++) {
            both += one.choose("user-" + i) == 0 && two.choose("user-" + i) == 0 ? 1 : 0;
        }

        assertThat(both).isBetween(25_000 - 685, 25_000 + 685);
    }

    @Test
    void movesOnlyTheKeysThatMustMove() {
        Map<String, Buckets> before = Buckets.allocate(Map.of(), weights("a", 5000, "b", 5000));
        Router half = new Router("s:e", List.copyOf(before.values()));
        Router more = router(before, weights("a", 6000, "b", 4000));
        int moved = 0;
        for (int i = 0; i < KEYS; i++) {
            String key = "user-" + i;
            if (half.choose(key) == 0) {
                assertThat(more.choose(key)).isZero();
            } else if (more.choose(key) == 0) {
                moved++;
            }
        }

        assertThat(moved).isBetween(10_000 - 474, 10_000 + 474);
    }

    @Test
    void givesAKeyTheSameArmEveryTime() {
        Map<String, Buckets> buckets = Buckets.allocate(Map.of(), weights("a", 3300, "b", 6700));
        Router one = new Router("s:e", List.copyOf(buckets.values()));
        Router replica = new Router("s:e", List.copyOf(buckets.values()));

        for (int i = 0; i < 1000; i++) {
            assertThat(one.choose("k" + i)).isEqualTo(replica.choose("k" + i));
        }
    }

    @Test
    void refusesBucketsThatOverlapOrLeaveGaps() {
        Buckets all = new Buckets(List.of(new Buckets.Range(0, 10_000)));
        Buckets half = new Buckets(List.of(new Buckets.Range(0, 5000)));

        assertThatThrownBy(() -> new Router("s", List.of(all, half))).hasMessageContaining("two arms");
        assertThatThrownBy(() -> new Router("s", List.of(half))).hasMessageContaining("no arm");
    }

    private static int[] count(Router router) {
        int[] counts = new int[3];
        for (int i = 0; i < KEYS; i++) {
            counts[router.choose("user-" + i)]++;
        }
        return counts;
    }

    private static Router router(Map<String, Buckets> before, Map<String, Integer> weights) {
        return new Router(
                "s:e", new ArrayList<>(Buckets.allocate(before, weights).values()));
    }

    private static Map<String, Integer> weights(Object... pairs) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            weights.put((String) pairs[i], (Integer) pairs[i + 1]);
        }
        return weights;
    }
}
