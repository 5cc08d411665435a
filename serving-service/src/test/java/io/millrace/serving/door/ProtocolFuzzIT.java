package io.millrace.serving.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Broken input, from one seed, over every protocol: an answer is 200 or says what the caller did wrong. */
@QuarkusTest
class ProtocolFuzzIT extends Serving {

    private static final int ROUNDS = 300;

    private static final List<String> NASTY = List.of(
            "NaN",
            "-Infinity",
            "1e999",
            "-1e-999",
            "123456789012345678901234567890",
            "9".repeat(200),
            "\"\\ud800\"",
            "\"\\u0000\"",
            "null",
            "[]",
            "{}",
            "[[[[[[[[[[[[1]]]]]]]]]]]]",
            "\"" + "x".repeat(5000) + "\"",
            "true",
            "-0",
            "[1, [2], {}]",
            "2147483648",
            "-1");

    private static final String OPEN_INFERENCE = """
            {"id": "q", "parameters": {"key": "k", "binary_data_output": true}, "outputs": [{"name": "probability"}],
             "inputs": [
              {"name": "amount", "shape": [1], "datatype": "FP64", "data": [42.5]},
              {"name": "age", "shape": [1, 1], "datatype": "FP32", "data": [[33]]},
              {"name": "visits", "shape": [1], "datatype": "INT64", "data": [7]},
              {"name": "member", "shape": [1], "datatype": "BOOL", "data": [true]},
              {"name": "country", "shape": [1], "datatype": "BYTES", "data": ["US"]},
              {"name": "channel", "shape": [1], "datatype": "BYTES", "data": ["web"]},
              {"name": "at", "shape": [1], "datatype": "BYTES", "data": ["2013-05-01T10:00:00Z"]}]}""";

    private static final String NATIVE = """
            {"inputs": {"amount": 42.5, "age": 33, "visits": 7, "member": true, "country": "US", "channel": "web",
             "at": "2013-05-01T10:00:00Z"}, "key": "k", "timestamp": "2013-05-01T10:00:00Z", "requestId": "r"}""";

    private static final String SCORING = """
            {"dataframe_split": {"columns": ["amount", "age", "visits", "member", "country", "channel", "at"],
             "index": [0], "data": [[42.5, 33, 7, true, "US", "web", "2013-05-01T10:00:00Z"]]}, "params": {"key": "k"}}""";

    @TestHTTPResource
    URL base;

    /** HTTP/1.1, so that most go the fast path; see FastPathTest for what does not. */
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Random random = new Random(20260711);

    private void refuses(String path, String type, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.toURI().resolve(path))
                .header("Authorization", "Bearer " + TestTokens.PREDICTOR)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode())
                .as("%s %s -> %s", path, new String(body, StandardCharsets.UTF_8), response.body())
                .isBetween(200, 499);
    }

    /** The body with a value replaced, a piece cut out or doubled, or some bytes changed. */
    private byte[] broken(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        switch (random.nextInt(4)) {
            case 0 -> {
                List<int[]> values = values(body);
                int[] value = values.get(random.nextInt(values.size()));
                return (body.substring(0, value[0])
                                + NASTY.get(random.nextInt(NASTY.size()))
                                + body.substring(value[1]))
                        .getBytes(StandardCharsets.UTF_8);
            }
            case 1 -> {
                int from = random.nextInt(body.length());
                int to = Math.min(body.length(), from + random.nextInt(20));
                return (body.substring(0, from) + body.substring(to)).getBytes(StandardCharsets.UTF_8);
            }
            case 2 -> {
                int from = random.nextInt(body.length());
                int to = Math.min(body.length(), from + random.nextInt(40));
                return (body.substring(0, to) + body.substring(from)).getBytes(StandardCharsets.UTF_8);
            }
            default -> {
                for (int i = 0; i < 3; i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                return bytes;
            }
        }
    }

    /** Where texts, numbers and words are. */
    private static List<int[]> values(String body) {
        List<int[]> values = new ArrayList<>();
        Matcher matcher = Pattern.compile("\"[^\"]*\"|[0-9.]+|true").matcher(body);
        while (matcher.find()) {
            values.add(new int[] {matcher.start(), matcher.end()});
        }
        return values;
    }

    @Test
    void answersBrokenBodiesWithTheCallersMistake() throws Exception {
        serve("fuzz", Models.FIRST);
        for (int round = 0; round < ROUNDS; round++) {
            refuses("/v2/models/fuzz/infer", "application/json", broken(OPEN_INFERENCE));
            refuses("/api/v1/endpoints/fuzz/predict", "application/json", broken(NATIVE));
            refuses("/endpoints/fuzz/invocations", "application/json", broken(SCORING));
        }
    }

    @Test
    void answersRandomBytesWithTheCallersMistake() throws Exception {
        serve("fuzz-bytes", Models.FIRST);
        for (int round = 0; round < ROUNDS / 3; round++) {
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            refuses(
                    "/v2/models/fuzz-bytes/infer",
                    "application/octet-stream",
                    bytes,
                    "Inference-Header-Content-Length",
                    "" + random.nextInt(bytes.length + 3));
            refuses("/v2/models/fuzz-bytes/infer", "application/json", bytes, "Content-Encoding", "deflate");
            refuses("/api/v1/endpoints/fuzz-bytes/predict", "application/json", bytes);
            refuses("/endpoints/fuzz-bytes/invocations", "text/csv", bytes);
            refuses("/endpoints/fuzz-bytes/invocations", "application/json", bytes);
        }
    }

    @Test
    void answersBinaryTensorsOfWrongSizesWithTheCallersMistake() throws Exception {
        serve("fuzz-tensors", Models.FIRST);
        String[] types = {"BOOL", "UINT8", "UINT64", "INT16", "FP16", "BF16", "FP32", "FP64", "BYTES", "STRING"};
        for (int round = 0; round < ROUNDS; round++) {
            int size = random.nextInt(64);
            String json = "{\"inputs\": [{\"name\": \"amount\", \"shape\": [" + random.nextInt(5) + ","
                    + (random.nextBoolean() ? 1 : random.nextInt()) + "], \"datatype\": \""
                    + types[random.nextInt(types.length)] + "\", \"parameters\": {\"binary_data_size\": "
                    + (random.nextInt(9) == 0 ? random.nextInt() : size) + "}}]}";
            byte[] tensor = new byte[Math.max(0, size + random.nextInt(3) - 1)];
            random.nextBytes(tensor);
            byte[] head = json.getBytes(StandardCharsets.UTF_8);
            byte[] body = Arrays.copyOf(head, head.length + tensor.length);
            System.arraycopy(tensor, 0, body, head.length, tensor.length);
            refuses(
                    "/v2/models/fuzz-tensors/infer",
                    "application/octet-stream",
                    body,
                    "Inference-Header-Content-Length",
                    "" + head.length);
        }
    }

    @Test
    void answersDeepJsonWithTheCallersMistake() throws Exception {
        serve("fuzz-deep", Models.FIRST);
        for (String open : List.of("[", "{\"inputs\":", "{\"instances\":[", "{\"a\":")) {
            byte[] body = open.repeat(100_000).getBytes(StandardCharsets.UTF_8);
            refuses("/v2/models/fuzz-deep/infer", "application/json", body);
            refuses("/api/v1/endpoints/fuzz-deep/predict", "application/json", body);
            refuses("/endpoints/fuzz-deep/invocations", "application/json", body);
        }
    }
}
