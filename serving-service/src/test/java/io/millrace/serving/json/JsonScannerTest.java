package io.millrace.serving.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.serving.json.JsonScanner.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scanner takes is what Jackson reads of the same bytes. */
class JsonScannerTest {

    private static final ObjectMapper JACKSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Object NOT_TAKEN = "not taken";

    private static @Nullable Object scalar(byte[] bytes) {
        JsonScanner json = new JsonScanner(bytes);
        Object value = value(json);
        return json.ended() ? value : NOT_TAKEN;
    }

    private static @Nullable Object scalar(String text) {
        return scalar(text.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable Object value(JsonScanner json) {
        if (json.comes('[')) {
            List<@Nullable Object> list = new ArrayList<>();
            return json.list(() -> list.add(value(json)) && list.get(list.size() - 1) != NOT_TAKEN) ? list : NOT_TAKEN;
        }
        if (json.comes('{')) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            return json.object(name -> {
                        object.put(name, value(json));
                        return object.get(name) != NOT_TAKEN;
                    })
                    ? object
                    : NOT_TAKEN;
        }
        Kind kind = json.scalar();
        if (kind == null) {
            return NOT_TAKEN;
        }
        return switch (kind) {
            case WHOLE -> (Object) json.whole();
            case REAL -> json.real();
            case TRUE -> true;
            case FALSE -> false;
            case NULL -> null;
            case TEXT -> {
                String text = json.text();
                yield text == null ? NOT_TAKEN : text;
            }
        };
    }

    /** With whole numbers as Long, as the scanner gives them. */
    private static @Nullable Object jackson(byte[] bytes) throws IOException {
        return longs(JACKSON.readValue(bytes, Object.class));
    }

    private static @Nullable Object longs(@Nullable Object value) {
        if (value instanceof List<?> list) {
            List<@Nullable Object> all = new ArrayList<>();
            list.forEach(each -> all.add(longs(each)));
            return all;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> all = new LinkedHashMap<>();
            map.forEach((name, each) -> all.put(name, longs(each)));
            return all;
        }
        return value instanceof Integer whole ? Long.valueOf(whole) : value;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "7, 7",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "999999999999999999, 999999999999999999",
        "-1234567890123456789, -1234567890123456789"
    })
    void readsWholeNumbers(String text, long expected) {
        assertThat(scalar(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0",
                "-0.0",
                "0.1",
                "123.456",
                "9007199254740992.0",
                "9007199254740993.0",
                "90071992547409.93",
                "1e0",
                "1E5",
                "1e-5",
                "2.5e+3",
                "1.7976931348623157e308",
                "4.9e-324",
                "2.2250738585072011e-308",
                "1e-400",
                "0.30000000000000004",
                "0.000000000000000001",
                "0.0000000000000000001",
                "123456789012345678.5",
                "12345678901234567890.5",
                "0.1000000000000000055511151231257827021181583404541015625"
            })
    void readsOtherNumbersToTheLastBit(String text) {
        assertThat(scalar(text)).isEqualTo(Double.parseDouble(text));
    }

    @Test
    void readsAnyNumberToTheLastBit() {
        Random random = new Random(3);
        for (int i = 0; i < 200_000; i++) {
            String text = switch (i % 4) {
                case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
                case 1 -> Double.toString(random.nextGaussian() * 1000);
                case 2 -> random.nextInt(100_000) + "." + Math.abs(random.nextLong() >> random.nextInt(63));
                default -> Float.toString(random.nextFloat());
            };
            double expected = Double.parseDouble(text);
            if (Double.isFinite(expected)) {
                assertThat(scalar(text)).as(text).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-",
                "+1",
                "01",
                "-01",
                ".5",
                "1.",
                "1.e5",
                "1e",
                "1e+",
                "1e400",
                "-1e400",
                "NaN",
                "Infinity",
                "9223372036854775808",
                "0x10",
                "1 2",
                "--1",
                "1-",
                "tru",
                "truee",
                "True",
                "nul",
                "\"a",
                "\"a\\nb\"",
                "\"a\nb\"",
                "'a'",
                "\"\\u0041\"",
                "\"\uFFFD\"",
                "[1,]",
                "[,1]",
                "[1 2]",
                "[1",
                "-[1]",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\",1}",
                "\uFEFF1"
            })
    void leavesToOthersWhatIsNotPlainlyRight(String text) {
        assertThat(scalar(text)).isEqualTo(NOT_TAKEN);
    }

    @Test
    void leavesLongNumbersAndTextsToOthers() {
        assertThat(scalar("1".repeat(101))).isEqualTo(NOT_TAKEN);
        assertThat(scalar("0." + "1".repeat(99))).isEqualTo(NOT_TAKEN);
        assertThat(scalar("0." + "1".repeat(98))).isEqualTo(Double.parseDouble("0." + "1".repeat(98)));
        assertThat(scalar("\"" + "x".repeat(1_000_001) + "\"")).isEqualTo(NOT_TAKEN);
        assertThat(scalar("\"" + "x".repeat(1_000_000) + "\"")).isEqualTo("x".repeat(1_000_000));
    }

    @Test
    void readsTextsInUtf8() {
        for (String text : List.of("", "plain", "naïve", "日本語", "😀", "\u007F\u0080")) {
            assertThat(scalar("\"" + text + "\"")).isEqualTo(text);
        }
        assertThat(scalar(new byte[] {'"', (byte) 0xC3, '"'})).isEqualTo(NOT_TAKEN);
        assertThat(scalar(new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}))
                .isEqualTo(NOT_TAKEN);
    }

    @Test
    void takesNothingThatJacksonReadsOtherwiseOrNotAtAll() {
        String good =
                " {\"a\": [1, -2.5e3, {\"b\" : null}], \"c\":\"naïve\",\t\"d\": true,\r\n \"e\": [], \"f\": {}, \"g\": 0.125} ";
        byte[] whole = good.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(11);
        int taken = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = whole.clone();
            for (int n = random.nextInt(4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] =
                        random.nextInt(8) == 0 ? (byte) random.nextInt() : whole[random.nextInt(whole.length)];
            }
            Object read = scalar(bytes);
            if (read != NOT_TAKEN) {
                taken++;
                assertThat(read).isEqualTo(orNone(bytes));
            }
        }
        assertThat(taken).isGreaterThan(50_000);
    }

    private static @Nullable Object orNone(byte[] bytes) {
        try {
            return jackson(bytes);
        } catch (JsonProcessingException e) {
            return "Jackson: " + e.getOriginalMessage();
        } catch (IOException e) {
            return "Jackson: " + e.getMessage();
        }
    }
}
