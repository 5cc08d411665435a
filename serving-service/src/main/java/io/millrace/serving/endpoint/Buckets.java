package io.millrace.serving.endpoint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The buckets of 0..9999 that belong to one arm, as ascending ranges that do not touch.
 *
 * <p>An arm's buckets are kept with it, so changing weights moves only the keys that must move, with any number of arms:
 * ranges computed from weights alone would shift every arm after the changed one.
 */
public record Buckets(List<Range> ranges) {

    /** Number of buckets of an endpoint; a weight of 1 is one bucket, a hundredth of a percent. */
    public static final int COUNT = 10_000;

    public static final Buckets NONE = new Buckets(List.of());

    /** Buckets {@code from} (inclusive) to {@code to} (exclusive). */
    public record Range(int from, int to) {
        public Range {
            if (from < 0 || to > COUNT || from >= to) {
                throw new IllegalArgumentException("buckets " + from + " to " + to);
            }
        }
    }

    public Buckets {
        ranges = List.copyOf(ranges);
    }

    public int size() {
        return ranges.stream().mapToInt(range -> range.to - range.from).sum();
    }

    /** Pairs of from (inclusive) and to (exclusive), as stored. */
    List<Integer> pairs() {
        List<Integer> pairs = new ArrayList<>();
        for (Range range : ranges) {
            pairs.add(range.from);
            pairs.add(range.to);
        }
        return pairs;
    }

    static Buckets ofPairs(List<Integer> pairs) {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            ranges.add(new Range(pairs.get(i), pairs.get(i + 1)));
        }
        return new Buckets(ranges);
    }

    /**
     * Gives every arm as many buckets as its weight, moving as few as possible.
     *
     * @param previous buckets held before; arms not in {@code weights} lose theirs
     * @param weights by arm, in arm order, 0..10000, together 10000
     */
    public static Map<String, Buckets> allocate(Map<String, Buckets> previous, Map<String, Integer> weights) {
        if (weights.values().stream().mapToInt(Integer::intValue).sum() != COUNT) {
            throw new IllegalArgumentException("weights must sum to " + COUNT + ": " + weights);
        }
        Map<String, BitSet> held = new LinkedHashMap<>();
        BitSet free = new BitSet(COUNT);
        free.set(0, COUNT);
        // Growth wanted by the arms before: a shrinking arm gives up its low end to them, so two arms stay two ranges.
        int wantedBefore = 0;
        for (Map.Entry<String, Integer> arm : weights.entrySet()) {
            BitSet mine = bits(previous.getOrDefault(arm.getKey(), NONE));
            mine.and(free);
            int surplus = mine.cardinality() - arm.getValue();
            if (surplus > 0) {
                int low = Math.min(surplus, wantedBefore);
                for (int i = 0; i < low; i++) {
                    mine.clear(mine.nextSetBit(0));
                }
                for (int i = low; i < surplus; i++) {
                    mine.clear(mine.length() - 1);
                }
                wantedBefore -= low;
            } else {
                wantedBefore -= surplus;
            }
            free.andNot(mine);
            held.put(arm.getKey(), mine);
        }
        Map<String, Buckets> allocated = new LinkedHashMap<>();
        weights.forEach((arm, weight) -> {
            BitSet mine = held.getOrDefault(arm, new BitSet());
            for (int missing = weight - mine.cardinality(); missing > 0; missing--) {
                int bucket = free.nextSetBit(0);
                free.clear(bucket);
                mine.set(bucket);
            }
            allocated.put(arm, of(mine));
        });
        return allocated;
    }

    private static BitSet bits(Buckets buckets) {
        BitSet bits = new BitSet(COUNT);
        buckets.ranges.forEach(range -> bits.set(range.from, range.to));
        return bits;
    }

    private static Buckets of(BitSet bits) {
        List<Range> ranges = new ArrayList<>();
        for (int from = bits.nextSetBit(0); from >= 0; from = bits.nextSetBit(from)) {
            int to = bits.nextClearBit(from);
            ranges.add(new Range(from, to));
            from = to;
        }
        return new Buckets(ranges);
    }
}
