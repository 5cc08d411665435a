package io.millrace.serving.predictionlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CopyLineTest {

    private static PredictionEntry entry(UUID id, Map<String, @Nullable Object> inputs, double sample) {
        return new PredictionEntry(
                id,
                "e",
                "a",
                "primary",
                "m\todel",
                1,
                Instant.EPOCH,
                Instant.EPOCH,
                "r\\1",
                null,
                RowValues.of(inputs),
                Set.of("secret"),
                sample,
                0.5,
                "line\nbreak",
                null,
                null,
                null,
                10);
    }

    @Test
    void escapesWhatCopyWouldTakeForASeparatorAndLeavesOutRedactedColumns() {
        Map<String, @Nullable Object> inputs = new LinkedHashMap<>();
        inputs.put("text", "a\tb\"c\0d");
        inputs.put("secret", "4711");
        inputs.put("number", 1.5);
        inputs.put("none", null);

        byte[] line = new CopyLine(new ObjectMapper()).of(entry(new UUID(0, 1), inputs, 1));

        assertThat(new String(line, StandardCharsets.UTF_8))
                .isEqualTo("00000000-0000-0000-0000-000000000001\te\ta\tprimary\tm\\todel\t1\t1970-01-01T00:00:00Z\t"
                        + "1970-01-01T00:00:00Z\tr\\\\1\t\\N\t"
                        + "{\"text\":\"a\\\\tb\\\\\"c\uFFFDd\",\"number\":1.5,\"none\":null}\t"
                        + "0.5\tline\\nbreak\t\\N\t10\trequest:r\\\\1\t\\N\t\\N\t\\N\n");
    }

    @Test
    void completesALineOfAReleaseBefore() {
        String columns = CopyLine.COLUMNS.replaceAll("[^,]", "").replace(",", "\t");

        assertThat(new String(CopyLine.complete("a\tb\n".getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8))
                .isEqualTo("a\tb" + "\t\\N".repeat(columns.length() - 1) + "\n");
        byte[] whole = new CopyLine(new ObjectMapper()).of(entry(new UUID(0, 1), Map.of(), 1));
        assertThat(CopyLine.complete(whole)).isSameAs(whole);
    }

    @Test
    void storesTheShareOfRowsThatIsAskedFor() {
        int kept = 0;
        for (int i = 0; i < 10_000; i++) {
            kept += entry(UUID.randomUUID(), Map.of(), 0.25).sampled() ? 1 : 0;
        }

        // 2500 expected, standard deviation 43.
        assertThat(kept).isBetween(2240, 2760);
        assertThat(entry(new UUID(0, -1), Map.of(), 1).sampled()).isTrue();
        assertThat(entry(new UUID(0, 0), Map.of(), 0).sampled()).isFalse();
    }
}
