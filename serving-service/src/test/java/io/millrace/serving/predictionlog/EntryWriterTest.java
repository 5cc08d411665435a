package io.millrace.serving.predictionlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Entries on their way through the spool. */
class EntryWriterTest {

    private final ObjectMapper json = new ObjectMapper();
    private final EntryWriter writer = new EntryWriter(json);
    private final CopyRow rows = new CopyRow();

    private static PredictionEntry entry(
            Map<String, ? extends @Nullable Object> inputs,
            @Nullable String text,
            @Nullable Double score,
            @Nullable Comparison comparison) {
        return new PredictionEntry(
                new UUID(0x8123_4567_89ab_7000L, -7),
                "endpoint",
                "arm",
                "primary",
                "model " + text,
                -3,
                Instant.parse("1969-12-31T23:59:59.000001999Z"),
                Instant.parse("2026-11-27T21:00:00.123456Z"),
                "request " + text,
                text,
                RowValues.of(inputs),
                Set.of("secret", "gehe\u00EFm"),
                0.5,
                score,
                text,
                text,
                text,
                comparison,
                Long.MAX_VALUE);
    }

    private byte[] record(PredictionEntry entry) {
        writer.records().clear();
        writer.add(entry);
        return writer.records().each().get(0);
    }

    private CopiedRow copied(PredictionEntry entry) {
        return new CopiedRow(rows.of(record(entry)));
    }

    /** What PostgreSQL can hold of a text. */
    private static @Nullable String stored(@Nullable String text) {
        return text == null ? null : text.replace('\0', '\uFFFD');
    }

    private void comesBack(
            Map<String, ? extends @Nullable Object> inputs,
            @Nullable String text,
            @Nullable Double score,
            @Nullable Comparison comparison)
            throws JsonProcessingException {
        PredictionEntry entry = entry(inputs, text, score, comparison);

        CopiedRow row = copied(entry);

        assertThat(row.id()).isEqualTo(entry.id());
        assertThat(row.text("endpoint")).isEqualTo("endpoint");
        assertThat(row.text("arm")).isEqualTo("arm");
        assertThat(row.text("role")).isEqualTo("primary");
        assertThat(row.text("model")).isEqualTo(stored(entry.model()));
        assertThat(row.whole("version")).isEqualTo(-3);
        assertThat(row.time("event_at")).isEqualTo("1969-12-31T23:59:59.000001Z");
        assertThat(row.time("received_at")).isEqualTo("2026-11-27T21:00:00.123456Z");
        assertThat(row.text("request_id")).isEqualTo(stored(entry.requestId()));
        for (String column : List.of("route_key", "label", "decision", "parts")) {
            assertThat(row.text(column)).isEqualTo(stored(text));
        }
        assertThat(row.real("score")).isEqualTo(score);
        assertThat(row.flag("agrees")).isEqualTo(comparison == null ? null : comparison.agrees());
        assertThat(row.real("distance")).isEqualTo(comparison == null ? null : comparison.distance());
        assertThat(row.whole("latency_us")).isEqualTo(Long.MAX_VALUE);
        assertThat(json.readTree(row.text("inputs")))
                .isEqualTo(json.readTree(json.writeValueAsString(inputs).replace("\\u0000", "\uFFFD")));
    }

    @Test
    void givesTheRowWhateverTheTexts() throws Exception {
        comesBack(Map.of(), null, null, null);
        comesBack(Map.of(), null, Double.NaN, new Comparison(false, null));
        comesBack(Map.of(), "", -0.0, new Comparison(true, null));
        comesBack(Map.of(), "x".repeat(300_000), 1e300, new Comparison(true, Double.POSITIVE_INFINITY));
        for (int length = 120; length < 140; length++) {
            comesBack(Map.of("e".repeat(length), "é".repeat(length)), "a".repeat(length), 0.1, null);
        }
        for (String text : List.of("Größe\t😀\\", "\0", "a\0b\n\r", "\u007F\u0080\uFFFF", "é", "日本語")) {
            comesBack(Map.of(text, text), text, Double.MIN_VALUE, new Comparison(false, 0.25));
        }
    }

    @Test
    void keepsInputsOfEveryKindInTheirOrder() throws Exception {
        Map<String, @Nullable Object> inputs = new LinkedHashMap<>();
        inputs.put("z", Double.NaN);
        inputs.put("infinite", Double.NEGATIVE_INFINITY);
        inputs.put("real", 0.1);
        inputs.put("float", 0.1f);
        inputs.put("least", Long.MIN_VALUE);
        inputs.put("int", -5);
        inputs.put("short", (short) 5);
        inputs.put("huge", BigInteger.TWO.pow(100));
        inputs.put("yes", true);
        inputs.put("no", false);
        inputs.put("none", null);
        inputs.put("", "");
        inputs.put("nested", Arrays.asList(1, null, Map.of("ä\"", List.of("b\nc", 1.5))));

        comesBack(inputs, "t", 1.0, null);
        assertThat(copied(entry(inputs, "t", 1.0, null)).text("inputs"))
                .isEqualTo("{\"z\":\"NaN\",\"infinite\":\"-Infinity\",\"real\":0.1,\"float\":0.1,"
                        + "\"least\":-9223372036854775808,\"int\":-5,\"short\":5,"
                        + "\"huge\":1267650600228229401496703205376,\"yes\":true,\"no\":false,\"none\":null,\"\":\"\","
                        + "\"nested\":[1,null,{\"ä\\\"\":[\"b\\nc\",1.5]}]}");
    }

    @Test
    void leavesNoCharacterThatThePlatformsStoreCannotHold() {
        Map<String, Object> inputs = Map.of("list", List.of("a\0b", "\0", "c\\u0000", "\\\0\0"));

        assertThat(copied(entry(inputs, null, null, null)).text("inputs"))
                .isEqualTo("{\"list\":[\"a\uFFFDb\",\"\uFFFD\",\"c\\\\u0000\",\"\\\\\uFFFD\uFFFD\"]}");
    }

    @Test
    void leavesRedactedColumnsOut() {
        Map<String, @Nullable Object> inputs = new LinkedHashMap<>();
        inputs.put("secret", "four-digits-4711");
        inputs.put("kept", 1L);
        inputs.put("gehe\u00EFm", 4711.5);

        byte[] record = record(entry(inputs, null, null, null));

        assertThat(new String(record, StandardCharsets.UTF_8))
                .contains("kept")
                .doesNotContain("secret", "4711", "gehe");
        assertThat(new CopiedRow(rows.of(record)).text("inputs")).isEqualTo("{\"kept\":1}");
        inputs.put("secret", List.of("4711"));
        assertThat(record(entry(inputs, null, null, null))).isEqualTo(record);
    }

    /** UTF-8 has no form for them; Java's own is a question mark. */
    @Test
    void storesHalvesOfSurrogatesAsQuestionMarks() {
        CopiedRow row = copied(entry(Map.of("c", "a\uD83D"), "\uDE00b", null, null));

        assertThat(row.text("inputs")).isEqualTo("{\"c\":\"a?\"}");
        assertThat(row.text("label")).isEqualTo("?b");
    }

    @Test
    void readsNoRecordOfAnotherForm() {
        byte[] record = record(entry(Map.of(), null, null, null));
        record[0]++;

        assertThatThrownBy(() -> rows.of(record)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsTheOtherRowsOfARequestWhenOneCannotBeWritten() {
        writer.add(entry(Map.of("row", 1L), null, null, null));
        assertThatThrownBy(() -> writer.add(entry(Map.of("a", "b", "row", new Object()), null, null, null)))
                .isInstanceOf(RuntimeException.class);
        writer.add(entry(Map.of("row", 2L), null, null, null));

        assertThat(writer.records().each())
                .hasSize(2)
                .allSatisfy(record -> assertThat(record.length % 4).isZero());
        assertThat(new CopiedRow(rows.of(writer.records().each().get(1))).text("inputs"))
                .isEqualTo("{\"row\":2}");
    }

    @Test
    void throwsWhatTheSenderExpectsAtBytesThatAreNoEntry() {
        byte[] whole = record(entry(Map.of("real", 0.5, "text", "abc", "list", List.of(1)), "t", 0.5, null));
        Random random = new Random(7);
        int thrown = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] broken = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
            broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            broken[0] = EntryWriter.FORMAT;
            try {
                rows.of(broken);
            } catch (RuntimeException e) {
                thrown++;
            }
        }

        assertThat(thrown).isGreaterThan(1_000);
        assertThatThrownBy(() -> rows.of(Arrays.copyOf(whole, whole.length / 2)))
                .isInstanceOf(RuntimeException.class);
    }
}
