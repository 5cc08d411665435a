package io.millrace.pipeline.split;

import io.millrace.pipeline.definition.PipelineSpec.Split;
import io.millrace.runtime.spi.Rows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Divides row numbers into three parts without overlap. Pure; the same input gives the same parts. */
final class Splitter {

    /** Row numbers in ascending order. */
    record Parts(int[] train, int[] validation, int[] test) {}

    private Splitter() {}

    /** The newest rows are the test, those before them the validation: a model is judged on what came after it. */
    static Parts byTime(Rows rows, String column, Split split, Instant until) {
        Duration test = split.test() == null ? Duration.ZERO : split.test();
        Duration validation = split.validation() == null ? Duration.ZERO : split.validation();
        long testFrom = until.minus(test).toEpochMilli();
        long validationFrom = until.minus(test).minus(validation).toEpochMilli();
        long[] times = rows.longs(column);
        return new Parts(
                IntStream.range(0, times.length)
                        .filter(i -> times[i] < validationFrom)
                        .toArray(),
                IntStream.range(0, times.length)
                        .filter(i -> times[i] >= validationFrom && times[i] < testFrom)
                        .toArray(),
                IntStream.range(0, times.length)
                        .filter(i -> times[i] >= testFrom)
                        .toArray());
    }

    /** Shuffles with the split's seed, within each label when stratified. */
    static Parts random(String[] labels, Split split) {
        Map<String, List<Integer>> groups = new TreeMap<>();
        for (int i = 0; i < labels.length; i++) {
            groups.computeIfAbsent(split.stratify() ? labels[i] : "", g -> new ArrayList<>())
                    .add(i);
        }
        if (groups.size() > labels.length / 10 + 2) {
            // A number as label has no strata.
            List<Integer> all = new ArrayList<>();
            IntStream.range(0, labels.length).forEach(all::add);
            groups = new TreeMap<>(Map.of("", all));
        }
        List<Integer> train = new ArrayList<>();
        List<Integer> validation = new ArrayList<>();
        List<Integer> test = new ArrayList<>();
        Random random = new Random(split.seed());
        groups.values().forEach(group -> {
            Collections.shuffle(group, random);
            int tests = (int) Math.round(group.size() * split.testShare());
            int validations = (int) Math.round(group.size() * split.validationShare());
            test.addAll(group.subList(0, tests));
            validation.addAll(group.subList(tests, Math.min(group.size(), tests + validations)));
            train.addAll(group.subList(Math.min(group.size(), tests + validations), group.size()));
        });
        return new Parts(sorted(train), sorted(validation), sorted(test));
    }

    private static int[] sorted(List<Integer> rows) {
        return rows.stream().mapToInt(Integer::intValue).sorted().toArray();
    }
}
