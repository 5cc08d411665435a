package io.millrace.serving.predictionlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
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
                Set.of(),
                sample,
                0.5,
                "line\nbreak",
                null,
                null,
                null,
                10);
    }

    @Test
    void escapesWhatCopyWouldTakeForASeparator() {
        Map<String, @Nullable Object> inputs = new LinkedHashMap<>();
        inputs.put("text", "a\tb\"c\0d");
        inputs.put("number", 1.5);
        inputs.put("none", null);

        byte[] line = new CopyLine(new ObjectMapper()).of(entry(new UUID(0, 1), inputs, 1));

        assertThat(new String(line, StandardCharsets.UTF_8))
                .isEqualTo(
                        "00000000-0000-0000-0000-000000000001\te\ta\tprimary\tm\\todel\t1\t1970-01-01T00:00:00.000000Z\t"
                                + "1970-01-01T00:00:00.000000Z\tr\\\\1\t\\N\t"
                                + "{\"text\":\"a\\\\tb\\\\\"c\uFFFDd\",\"number\":1.5,\"none\":null}\t"
                                + "0.5\tline\\nbreak\t\\N\t10\trequest:r\\\\1\t\\N\t\\N\t\\N\n");
    }

    @Test
    void writesTimesToTheMicrosecondInAnyOrder() {
        CopyLine lines = new CopyLine(new ObjectMapper());
        for (String time : List.of(
                "2026-11-27T21:00:00.123456Z",
                "2026-11-27T21:00:00.000001Z",
                "1969-12-31T23:59:59.999999Z",
                "2026-11-27T21:00:01.500000Z")) {
            PredictionEntry told = entry(new UUID(0, 1), Map.of(), 1);
            PredictionEntry at = new PredictionEntry(
                    told.id(),
                    "e",
                    "a",
                    "primary",
                    "m",
                    1,
                    Instant.parse(time),
                    Instant.parse(time).plusNanos(999),
                    "r",
                    null,
                    told.inputs(),
                    Set.of(),
                    1,
                    null,
                    null,
                    null,
                    null,
                    null,
                    1);

            String[] columns = new String(lines.of(at), StandardCharsets.UTF_8).split("\t");

            assertThat(columns[6]).isEqualTo(time);
            assertThat(columns[7]).isEqualTo(time);
        }
    }

    @Test
    void writesWhatIsNoPlainNumberOrTextAsItIs() throws Exception {
        Map<String, @Nullable Object> inputs = new LinkedHashMap<>();
        inputs.put("naïve \"name\"", "Größe \\ 😀");
        inputs.put("list", List.of(1, "b\nc"));
        inputs.put("flag", true);
        inputs.put("whole", 7L);
        inputs.put("nan", Double.NaN);

        byte[] line = new CopyLine(new ObjectMapper()).of(entry(new UUID(0, 1), inputs, 1));

        String told = new String(line, StandardCharsets.UTF_8).split("\t")[10].replace("\\\\", "\\");
        assertThat(new ObjectMapper().readTree(told)).isEqualTo(new ObjectMapper().readTree("""
                        {"naïve \\"name\\"": "Größe \\\\ 😀", "list": [1, "b\\nc"], "flag": true, "whole": 7, "nan": "NaN"}"""));
    }

    @Test
    void completesALineOfAReleaseBefore() {
        String columns = CopyLine.COLUMNS.replaceAll("[^,]", "").replace(",", "\t");

        CopyLine lines = new CopyLine(new ObjectMapper());

        assertThat(new String(lines.of("a\tb\n".getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8))
                .isEqualTo("a\tb" + "\t\\N".repeat(columns.length() - 1) + "\n");
        byte[] whole = lines.of(entry(new UUID(0, 1), Map.of(), 1));
        assertThat(lines.of(whole)).isSameAs(whole);
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
