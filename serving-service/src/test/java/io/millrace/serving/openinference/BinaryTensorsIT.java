package io.millrace.serving.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class BinaryTensorsIT extends Serving {

    /** Sizes of the binary inputs: FP64 amount, FP32 age, INT64 visits, BOOL member, three BYTES. */
    private static final String JSON = """
            {"id": "b", "parameters": {"binary_data_output": true}, "inputs": [
              {"name": "amount", "shape": [1], "datatype": "FP64", "parameters": {"binary_data_size": 8}},
              {"name": "age", "shape": [1, 1], "datatype": "FP32", "parameters": {"binary_data_size": 4}},
              {"name": "visits", "shape": [1], "datatype": "INT64", "parameters": {"binary_data_size": 8}},
              {"name": "member", "shape": [1], "datatype": "BOOL", "parameters": {"binary_data_size": 1}},
              {"name": "country", "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": 6}},
              {"name": "channel", "shape": [1], "datatype": "BYTES", "data": ["web"]},
              {"name": "at", "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": 24}}]}""";

    @TestHTTPResource
    URL base;

    private static byte[] tensors() {
        ByteBuffer bytes = ByteBuffer.allocate(51).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putDouble(42.5).putFloat(33).putLong(7).put((byte) 1);
        for (String text : new String[] {"US", "2013-05-01T10:00:00Z"}) {
            bytes.putInt(text.length()).put(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.array();
    }

    private static byte[] body(String json, byte[] tensors) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(json.getBytes(StandardCharsets.UTF_8));
        body.writeBytes(tensors);
        return body.toByteArray();
    }

    private HttpResponse<byte[]> infer(String model, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.toURI().resolve("/v2/models/" + model + "/infer"))
                .header("Authorization", "Bearer " + TestTokens.PREDICTOR)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> infer(String model, String json, byte[] tensors) throws Exception {
        return infer(model, body(json, tensors), "Inference-Header-Content-Length", "" + json.length());
    }

    private static void answers(HttpResponse<byte[]> response, byte[] body) throws Exception {
        assertThat(response.statusCode())
                .as(new String(body, StandardCharsets.UTF_8))
                .isEqualTo(200);
        int length = Integer.parseInt(
                response.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
        JsonNode json = new ObjectMapper().readTree(Arrays.copyOf(body, length));
        assertThat(json.at("/outputs/0/name").asText()).isEqualTo("probability");
        assertThat(json.at("/outputs/0/parameters/binary_data_size").asInt()).isEqualTo(8);
        assertThat(json.at("/outputs/0").has("data")).isFalse();
        ByteBuffer tensors =
                ByteBuffer.wrap(body, length, body.length - length).slice().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(tensors.getDouble()).isEqualTo(Models.score(Models.FIRST, Models.row()), within(1e-12));
        byte[] label = new byte[tensors.getInt()];
        tensors.get(label);
        assertThat(tensors.hasRemaining()).isFalse();
        assertThat(new String(label, StandardCharsets.UTF_8)).isIn("yes", "no");
    }

    @Test
    void takesAndGivesBinaryTensors() throws Exception {
        serve("bin", Models.FIRST);

        HttpResponse<byte[]> response = infer("bin", JSON, tensors());

        answers(response, response.body());
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    }

    @Test
    void mixesTheFormsAsAsked() throws Exception {
        serve("bin-mixed", Models.FIRST);
        String json = JSON.replace(
                "\"inputs\":",
                "\"outputs\": [{\"name\": \"label\", \"parameters\": {\"binary_data\": false}}, {\"name\": \"probability\"}],"
                        + " \"inputs\":");

        HttpResponse<byte[]> response = infer("bin-mixed", json, tensors());

        int length = Integer.parseInt(
                response.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
        JsonNode answer = new ObjectMapper().readTree(Arrays.copyOf(response.body(), length));
        assertThat(answer.at("/outputs/0/data/0").asText()).isIn("yes", "no");
        assertThat(answer.at("/outputs/1/parameters/binary_data_size").asInt()).isEqualTo(8);
        assertThat(response.body().length - length).isEqualTo(8);
    }

    @Test
    void readsAndWritesCompressedBodies() throws Exception {
        serve("bin-gzip", Models.FIRST);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body(JSON, tensors()));
        }
        HttpResponse<byte[]> response = infer(
                "bin-gzip",
                packed.toByteArray(),
                "Content-Encoding",
                "gzip",
                "Accept-Encoding",
                "gzip",
                "Inference-Header-Content-Length",
                "" + JSON.length());
        byte[] answer = response.body();
        if (response.headers().firstValue("Content-Encoding").isPresent()) {
            answer = new GZIPInputStream(new ByteArrayInputStream(answer)).readAllBytes();
        }
        answers(response, answer);
        assertThat(infer("bin-gzip", body(JSON, tensors()), "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(400);
        assertThat(infer("bin-gzip", body(JSON, tensors()), "Content-Encoding", "br")
                        .statusCode())
                .isEqualTo(415);
    }

    @Test
    void refusesBodiesThatDoNotAddUp() throws Exception {
        serve("bin-bad", Models.FIRST);
        byte[] tensors = tensors();

        assertThat(error(infer("bin-bad", JSON.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("input 'amount': binary data needs the header Inference-Header-Content-Length");
        for (String length : new String[] {"-1", "x", "99999", "0"}) {
            assertThat(error(infer("bin-bad", body(JSON, tensors), "Inference-Header-Content-Length", length)))
                    .isNotEmpty();
        }
        assertThat(error(infer("bin-bad", JSON, Arrays.copyOf(tensors, 40))))
                .isEqualTo("input 'at': binary_data_size is 24, the body has 13 bytes left");
        assertThat(error(infer("bin-bad", JSON, Arrays.copyOf(tensors, 60))))
                .isEqualTo("the body has 9 bytes more than its inputs declare");
        assertThat(error(infer("bin-bad", JSON.replace("\"binary_data_size\": 8", "\"binary_data_size\": 7"), tensors)))
                .contains("which are 8 bytes, got 7");
    }

    private static String error(HttpResponse<byte[]> response) throws Exception {
        assertThat(response.statusCode()).isEqualTo(400);
        return new ObjectMapper().readTree(response.body()).get("error").asText();
    }
}
