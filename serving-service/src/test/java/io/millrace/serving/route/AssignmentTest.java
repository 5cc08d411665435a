package io.millrace.serving.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serving.endpoint.Buckets;
import io.millrace.serving.policy.Condition;
import io.millrace.serving.policy.Routing;
import io.millrace.serving.policy.Routing.Holdout;
import io.millrace.serving.policy.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AssignmentTest {

    private static final int KEYS = 100_000;
    private static final RequestAttributes NOTHING = attributes(Map.of(), Map.of());

    private static RequestAttributes attributes(Map<String, String> columns, Map<String, String> headers) {
        return new RequestAttributes() {
            @Override
            public @Nullable String column(String name) {
                return columns.get(name);
            }

            @Override
            public @Nullable String header(String name) {
                return headers.get(name);
            }
        };
    }

    private static Routing routing(@Nullable Holdout holdout, Rule... rules) {
        return new Routing(null, holdout, List.of(rules), null, null, Map.of(), null, null, Map.of(), Map.of());
    }

    private static Map<String, Buckets> buckets(Map<String, Buckets> before, int a) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        weights.put("a", a);
        weights.put("b", Buckets.COUNT - a);
        return Buckets.allocate(before, weights);
    }

    /** Arm names by key, from arms in the order given. */
    private static Map<String, String> arms(Map<String, Buckets> held, List<String> order, Routing routing) {
        List<Buckets> ordered =
                order.stream().map(arm -> held.getOrDefault(arm, Buckets.NONE)).toList();
        Assignment assignment = new Assignment("salt:endpoint", routing, order, new Router("salt:endpoint", ordered));
        Map<String, String> arms = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            String key = "user-" + i;
            arms.put(key, order.get(assignment.choose(key, NOTHING).arm()));
        }
        return arms;
    }

    private static long count(Map<String, String> arms, String arm) {
        return arms.values().stream().filter(arm::equals).count();
    }

    @Test
    void everyReplicaDecidesAlikeWhateverTheOrderOfItsRows() {
        Map<String, Buckets> half = buckets(Map.of(), 5000);
        Rule split = new Rule(
                "all", List.of(new Condition(null, "X-None", "x", List.of(), null, null)), null, Map.of("a", 100.0));
        Routing routing = routing(new Holdout("a", 2), split);
        List<String> order = List.of("a", "b");
        List<String> reversed = new ArrayList<>(order);
        Collections.reverse(reversed);

        Map<String, String> one = arms(half, order, routing(null));

        assertThat(arms(half, reversed, routing(null))).isEqualTo(one);
        assertThat(arms(half, reversed, routing)).isEqualTo(arms(half, order, routing));
        // Five standard deviations of a binomial with 100,000 keys: sqrt(100000 / 4) = 158.
        assertThat(count(one, "a")).isBetween(50_000L - 791, 50_000L + 791);
    }

    @Test
    void movesOnlyKeysToTheGrownArmFromFiftyToSixty() {
        Map<String, Buckets> half = buckets(Map.of(), 5000);
        Map<String, String> before = arms(half, List.of("a", "b"), routing(null));
        Map<String, String> after = arms(buckets(half, 6000), List.of("a", "b"), routing(null));

        long toA = before.entrySet().stream()
                .filter(key -> key.getValue().equals("b") && "a".equals(after.get(key.getKey())))
                .count();
        long toB = before.entrySet().stream()
                .filter(key -> key.getValue().equals("a") && "b".equals(after.get(key.getKey())))
                .count();

        assertThat(toB).isZero();
        // A tenth of the keys: sqrt(100000 * 0.1 * 0.9) = 94.9.
        assertThat(toA).isBetween(10_000L - 474, 10_000L + 474);
    }

    @Test
    void keepsHeldOutKeysOnTheControlWhileWeightsChange() {
        Routing held = routing(new Holdout("a", 10));
        Map<String, Buckets> none = buckets(Map.of(), 0);
        Map<String, String> allB = arms(none, List.of("a", "b"), held);

        assertThat(count(allB, "a")).isBetween(10_000L - 474, 10_000L + 474);
        Map<String, String> more = arms(buckets(none, 3000), List.of("a", "b"), held);
        allB.forEach((key, arm) -> {
            if (arm.equals("a")) {
                assertThat(more.get(key)).isEqualTo("a");
            }
        });
    }

    @Test
    void takesTheFirstRuleThatHolds() {
        Rule gold = new Rule(
                "gold",
                List.of(
                        new Condition(null, "X-Tier", "gold", List.of(), null, null),
                        new Condition("age", null, null, List.of(), 18.0, 65.0)),
                "b",
                Map.of());
        Rule abroad = new Rule(
                "abroad",
                List.of(new Condition("country", null, null, List.of("AT", "DE"), null, null)),
                "a",
                Map.of());
        Routing routing = routing(null, gold, abroad);
        Assignment assignment = new Assignment(
                "s:e",
                routing,
                List.of("a", "b"),
                new Router("s:e", List.copyOf(buckets(Map.of(), 0).values())));

        assertThat(assignment.choose("k", attributes(Map.of("age", "18"), Map.of("X-Tier", "gold"))))
                .isEqualTo(new Assignment.Choice(1, "rule:gold"));
        assertThat(assignment.choose("k", attributes(Map.of("age", "18", "country", "AT"), Map.of("X-Tier", "gold"))))
                .isEqualTo(new Assignment.Choice(1, "rule:gold"));
        assertThat(assignment.choose("k", attributes(Map.of("age", "17.9", "country", "AT"), Map.of("X-Tier", "gold"))))
                .isEqualTo(new Assignment.Choice(0, "rule:abroad"));
        assertThat(assignment.choose("k", attributes(Map.of("country", "US"), Map.of())))
                .isEqualTo(new Assignment.Choice(1, "weight"));
        assertThat(assignment.columns()).containsExactly("age", "country");
    }

    @Test
    void splitsByKeyWithinARuleAndMovesKeysToTheGrownArmAlone() {
        Split half = new Split("s", List.of(new Split.Share("a", 0, 50), new Split.Share("b", 1, 50)));
        Split turned = new Split("s", List.of(new Split.Share("b", 1, 50), new Split.Share("a", 0, 50)));
        Split more = new Split("s", List.of(new Split.Share("a", 0, 60), new Split.Share("b", 1, 40)));
        int first = 0;
        int moved = 0;
        for (int i = 0; i < KEYS; i++) {
            String key = "user-" + i;
            int before = half.choose(key);
            assertThat(turned.choose(key)).isEqualTo(before);
            first += before == 0 ? 1 : 0;
            if (before == 0) {
                assertThat(more.choose(key)).isZero();
            } else {
                moved += more.choose(key) == 0 ? 1 : 0;
            }
        }

        assertThat(first).isBetween(50_000 - 791, 50_000 + 791);
        assertThat(moved).isBetween(10_000 - 474, 10_000 + 474);
    }
}
