package io.millrace.serving.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.serving.json.JsonText.Name;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static String written(JsonText json) {
        return new String(json.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void putsCommasBetweenMembersAndElements() {
        JsonText json = new JsonText(4);
        json.open('{').name(Name.of("a")).number(1);
        json.name("b")
                .open('[')
                .number(0.5)
                .text("x")
                .open('{')
                .close('}')
                .open('[')
                .close(']')
                .close(']');
        json.name(Name.of("c")).text(null).close('}');

        assertThat(written(json)).isEqualTo("{\"a\":1,\"b\":[0.5,\"x\",{},[]],\"c\":null}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "\"quoted\" \\ /",
                "\u0000\u0001\t\r\n\u001f\u007f",
                "æøå €",
                "\uD83D\uDE80 \u2028",
                "\uFFFF"
            })
    void escapesTextsSoThatTheyReadBack(String text) throws Exception {
        JsonText json = new JsonText(1);
        json.open('{')
                .name(text)
                .text(text)
                .name(Name.of(text + "2"))
                .text(text)
                .close('}');

        JsonNode read = JSON.readTree(json.bytes());

        assertThat(read.get(text).textValue()).isEqualTo(text);
        assertThat(read.get(text + "2").textValue()).isEqualTo(text);
    }

    @Test
    void writesNumbersThatReadBackTheSame() throws Exception {
        Random random = new Random(3);
        JsonText json = new JsonText(16);
        json.open('[');
        List<Double> numbers = random.doubles(500, -1e9, 1e9).boxed().toList();
        numbers.forEach(number -> json.number((double) number));
        List<Double> edges = List.of(0.0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, 1e21, 1e-7, 100.0);
        edges.forEach(number -> json.number((double) number));
        json.number(0.1f).number(Long.MIN_VALUE).number(Long.MAX_VALUE).number(7L);
        json.number(Double.NaN)
                .number(Double.NEGATIVE_INFINITY)
                .number(Float.POSITIVE_INFINITY)
                .close(']');

        JsonNode read = JSON.readTree(json.bytes());

        for (int i = 0; i < numbers.size(); i++) {
            assertThat(read.get(i).doubleValue()).isEqualTo(numbers.get(i));
        }
        for (int i = 0; i < edges.size(); i++) {
            assertThat(read.get(numbers.size() + i).doubleValue()).isEqualTo(edges.get(i));
        }
        int rest = numbers.size() + edges.size();
        assertThat(read.get(rest).asText()).isEqualTo("0.1");
        assertThat(read.get(rest + 1).longValue()).isEqualTo(Long.MIN_VALUE);
        assertThat(read.get(rest + 2).longValue()).isEqualTo(Long.MAX_VALUE);
        assertThat(read.get(rest + 3).isInt()).isTrue();
        for (int i = rest + 4; i < rest + 7; i++) {
            assertThat(read.get(i).isNull()).isTrue();
        }
        assertThat(read.size()).isEqualTo(rest + 7);
    }
}
