package io.millrace.serving.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serving.endpoint.Buckets.Range;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BucketsTest {

    @Test
    void fillsInArmOrderAtFirst() {
        Map<String, Buckets> buckets = Buckets.allocate(Map.of(), weights("a", 2000, "b", 0, "c", 8000));

        assertThat(buckets.get("a").ranges()).containsExactly(new Range(0, 2000));
        assertThat(buckets.get("b").ranges()).isEmpty();
        assertThat(buckets.get("c").ranges()).containsExactly(new Range(2000, 10_000));
    }

    @Test
    void keepsTwoArmsInTwoRanges() {
        Map<String, Buckets> half = Buckets.allocate(Map.of(), weights("a", 5000, "b", 5000));

        Map<String, Buckets> more = Buckets.allocate(half, weights("a", 6000, "b", 4000));
        Map<String, Buckets> less = Buckets.allocate(more, weights("a", 1000, "b", 9000));

        assertThat(more.get("a").ranges()).containsExactly(new Range(0, 6000));
        assertThat(more.get("b").ranges()).containsExactly(new Range(6000, 10_000));
        assertThat(less.get("a").ranges()).containsExactly(new Range(0, 1000));
        assertThat(less.get("b").ranges()).containsExactly(new Range(1000, 10_000));
    }

    @Test
    void takesANewArmsShareFromThoseThatShrinkOnly() {
        Map<String, Buckets> before = Buckets.allocate(Map.of(), weights("a", 5000, "b", 5000));

        Map<String, Buckets> after = Buckets.allocate(before, weights("a", 4500, "b", 4500, "c", 1000));

        assertThat(after.get("a").ranges()).containsExactly(new Range(0, 4500));
        assertThat(after.get("c").ranges()).containsExactly(new Range(4500, 5000), new Range(9500, 10_000));
        assertThat(moved(before, after)).isEqualTo(1000);
    }

    @Test
    void movesAsFewAsPossibleWhateverChanges() {
        Random random = new Random(11);
        Map<String, Buckets> now = Map.of();
        for (int change = 0; change < 300; change++) {
            Map<String, Integer> wanted = randomWeights(random);
            Map<String, Buckets> next = Buckets.allocate(now, wanted);

            int grown = 0;
            for (Map.Entry<String, Integer> arm : wanted.entrySet()) {
                assertThat(next.get(arm.getKey()).size()).isEqualTo(arm.getValue());
                grown += Math.max(
                        0,
                        arm.getValue()
                                - now.getOrDefault(arm.getKey(), Buckets.NONE).size());
            }
            assertThat(moved(now, next)).isEqualTo(grown);
            now = next;
        }
    }

    @Test
    void comesBackFromItsStoredForm() {
        Buckets buckets = new Buckets(List.of(new Range(0, 10), new Range(20, 9999)));

        assertThat(buckets.pairs()).containsExactly(0, 10, 20, 9999);
        assertThat(Buckets.ofPairs(buckets.pairs())).isEqualTo(buckets);
    }

    @Test
    void refusesWeightsThatAreNotTheWhole() {
        assertThatThrownBy(() -> Buckets.allocate(Map.of(), weights("a", 9999)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Buckets whose owner differs; every bucket counts when there was none before. */
    private static int moved(Map<String, Buckets> before, Map<String, Buckets> after) {
        String[] old = owners(before);
        String[] now = owners(after);
        int moved = 0;
        for (int i = 0; i < Buckets.COUNT; i++) {
            assertThat(now[i]).isNotNull();
            moved += now[i].equals(old[i]) ? 0 : 1;
        }
        return moved;
    }

    private static String[] owners(Map<String, Buckets> buckets) {
        String[] owners = new String[Buckets.COUNT];
        buckets.forEach((arm, held) -> held.ranges().forEach(range -> {
            for (int i = range.from(); i < range.to(); i++) {
                assertThat(owners[i]).isNull();
                owners[i] = arm;
            }
        }));
        return owners;
    }

    private static Map<String, Integer> randomWeights(Random random) {
        List<String> arms = new ArrayList<>(List.of("a", "b", "c", "d", "e"));
        arms.removeIf(arm -> random.nextInt(3) == 0);
        if (arms.isEmpty()) {
            arms.add("a");
        }
        Map<String, Integer> weights = new LinkedHashMap<>();
        int left = Buckets.COUNT;
        for (String arm : arms.subList(1, arms.size())) {
            int weight = random.nextInt(left + 1);
            weights.put(arm, weight);
            left -= weight;
        }
        weights.put(arms.get(0), left);
        return weights;
    }

    private static Map<String, Integer> weights(Object... pairs) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            weights.put((String) pairs[i], (Integer) pairs[i + 1]);
        }
        return weights;
    }
}
