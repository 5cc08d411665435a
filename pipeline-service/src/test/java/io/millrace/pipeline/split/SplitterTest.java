package io.millrace.pipeline.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.pipeline.definition.PipelineSpec.Split;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitterTest {

    private static final Instant END = Instant.parse("2026-02-01T00:00:00Z");

    @Test
    void judgesOnWhatCameAfterTheTraining() {
        Rows.Builder builder = Rows.builder(List.of(Column.required("at", ColumnType.TIMESTAMP)));
        for (int hour = 0; hour < 100; hour++) {
            // In no order of time.
            builder.add(Map.of(
                    "at", END.minus(Duration.ofHours(1 + hour * 37 % 100)).toString()));
        }
        Rows rows = builder.build();
        Split split = new Split(true, Duration.ofHours(20), Duration.ofHours(10), 0, 0, false, 0);

        Splitter.Parts parts = Splitter.byTime(rows, "at", split, END);

        disjointAndComplete(parts, 100);
        assertThat(parts.test()).hasSize(10);
        assertThat(parts.validation()).hasSize(20);
        long[] times = rows.longs("at");
        long lastTrained =
                Arrays.stream(parts.train()).mapToLong(i -> times[i]).max().orElseThrow();
        long firstValidated =
                Arrays.stream(parts.validation()).mapToLong(i -> times[i]).min().orElseThrow();
        long firstTested =
                Arrays.stream(parts.test()).mapToLong(i -> times[i]).min().orElseThrow();
        assertThat(lastTrained).isLessThan(firstValidated);
        // The border belongs to the later part.
        assertThat(firstTested).isEqualTo(END.minus(Duration.ofHours(10)).toEpochMilli());
    }

    @Test
    void keepsTheShareOfEachLabelAndTheSameRowsForASeed() {
        String[] labels = IntStream.range(0, 1000)
                .mapToObj(i -> i % 10 == 0 ? "yes" : "no")
                .toArray(String[]::new);
        Split split = new Split(false, null, null, 0.1, 0.2, true, 7);

        Splitter.Parts parts = Splitter.random(labels, split);

        disjointAndComplete(parts, 1000);
        for (int[] part : List.of(parts.train(), parts.validation(), parts.test())) {
            assertThat(Arrays.stream(part).filter(i -> labels[i].equals("yes")).count() * 10)
                    .isEqualTo(part.length);
        }
        assertThat(parts.test())
                .hasSize(200)
                .isEqualTo(Splitter.random(labels, split).test());
        assertThat(Splitter.random(labels, new Split(false, null, null, 0.1, 0.2, true, 8))
                        .test())
                .isNotEqualTo(parts.test());
    }

    @Test
    void hasNoStrataWhenTheLabelIsANumber() {
        String[] labels = IntStream.range(0, 50).mapToObj(i -> "" + i * 1.5).toArray(String[]::new);

        Splitter.Parts parts = Splitter.random(labels, new Split(false, null, null, 0.2, 0.2, true, 1));

        disjointAndComplete(parts, 50);
        assertThat(parts.test()).hasSize(10);
    }

    private static void disjointAndComplete(Splitter.Parts parts, int rows) {
        int[] all = IntStream.of(IntStream.concat(
                                Arrays.stream(parts.train()),
                                IntStream.concat(Arrays.stream(parts.validation()), Arrays.stream(parts.test())))
                        .toArray())
                .sorted()
                .toArray();
        assertThat(all).isEqualTo(IntStream.range(0, rows).toArray());
    }
}
