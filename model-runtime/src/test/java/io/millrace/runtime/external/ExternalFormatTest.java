package io.millrace.runtime.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.runtime.catalog.FormatCatalog;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.ModelUnavailableException;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a small server that speaks Open Inference v2. */
class ExternalFormatTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA = """
        {"name": "fraud", "platform": "mlserver", "inputs": [
          {"name": "amount", "datatype": "FP64", "shape": [-1, 1]},
          {"name": "count", "datatype": "INT64", "shape": [-1]},
          {"name": "member", "datatype": "BOOL", "shape": [-1, 1]},
          {"name": "country", "datatype": "BYTES", "shape": [-1, 1]}],
         "outputs": [{"name": "score", "datatype": "FP64", "shape": [-1, 2]},
          {"name": "label", "datatype": "BYTES", "shape": [-1, 1]}]}\
        """;

    @TempDir
    Path folder;

    private HttpServer server;
    private String url;
    private volatile String metadata = METADATA;
    private volatile int status = 200;
    private volatile String answer = "";
    private final CountDownLatch slow = new CountDownLatch(1);
    private volatile boolean wait;
    private final List<String> asked = new ArrayList<>();
    private volatile JsonNode request;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::handle);
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        slow.countDown();
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        synchronized (asked) {
            asked.add(exchange.getRequestMethod() + " " + path);
        }
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (wait) {
            try {
                slow.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        String text = path.endsWith("/ready") ? "" : path.endsWith("/infer") ? infer(body) : metadata;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(path.endsWith("/infer") ? status : 200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** The first score is twice the amount, the second the count; the label is the country. */
    private String infer(byte[] body) throws IOException {
        request = JSON.readTree(body);
        if (!answer.isEmpty()) {
            return answer;
        }
        JsonNode inputs = request.path("inputs");
        int rows = inputs.get(0).path("shape").get(0).asInt();
        StringBuilder scores = new StringBuilder();
        StringBuilder labels = new StringBuilder();
        for (int row = 0; row < rows; row++) {
            String comma = row == 0 ? "" : ",";
            scores.append(comma)
                    .append('[')
                    .append(2 * inputs.get(0).path("data").get(row).asDouble())
                    .append(',')
                    .append(inputs.get(1).path("data").get(row).asLong())
                    .append(']');
            labels.append(comma).append(inputs.get(3).path("data").get(row));
        }
        return "{\"model_name\":\"fraud\",\"outputs\":[{\"name\":\"score\",\"datatype\":\"FP64\",\"shape\":[" + rows
                + ",2],\"data\":[" + scores + "]},{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[" + rows
                + "],\"data\":[" + labels + "]}]}";
    }

    private LoadedModel open(String more, String... allowed) throws IOException {
        Files.writeString(folder.resolve("external.json"), "{\"url\":\"" + url + "\",\"model\":\"fraud\"" + more + "}");
        return FormatCatalog.load().open(folder, new LoadOptions(1, Set.of(allowed)));
    }

    private static final Map<String, Object> ROW =
            Map.of("amount", 1.5, "count", 7, "member", true, "country", "Grüße");

    private static Rows rows(LoadedModel model, int count) {
        Rows.Builder builder = Rows.builder(model.signature());
        for (int i = 0; i < count; i++) {
            builder.add(ROW);
        }
        return builder.build();
    }

    @Test
    void sendsRowsAndReadsAnswersOfEveryType() throws Exception {
        try (LoadedModel model = open(",\"version\":\"3\"", url)) {
            assertThat(model.signature().inputs())
                    .containsExactly(
                            Column.required("amount", ColumnType.FLOAT64),
                            Column.required("count", ColumnType.INT64),
                            Column.required("member", ColumnType.BOOL),
                            Column.required("country", ColumnType.STRING));
            Prediction prediction = model.predict(rows(model, 2));

            assertThat(prediction.number("score")).containsExactly(3, 7, 3, 7);
            assertThat(prediction.label("label")).containsExactly("Grüße", "Grüße");
            assertThat(request.toString())
                    .isEqualTo(
                            "{\"inputs\":[{\"name\":\"amount\",\"datatype\":\"FP64\",\"shape\":[2,1],\"data\":[1.5,1.5]},"
                                    + "{\"name\":\"count\",\"datatype\":\"INT64\",\"shape\":[2],\"data\":[7,7]},"
                                    + "{\"name\":\"member\",\"datatype\":\"BOOL\",\"shape\":[2,1],\"data\":[true,true]},"
                                    + "{\"name\":\"country\",\"datatype\":\"BYTES\",\"shape\":[2,1],\"data\":[\"Grüße\",\"Grüße\"]}]}");
            assertThat(model.predict(rows(model, 0)).size()).isZero();
            assertThat(asked)
                    .containsExactly(
                            "GET /v2/models/fraud/versions/3/ready",
                            "GET /v2/models/fraud/versions/3",
                            "POST /v2/models/fraud/versions/3/infer");
            Rows row = rows(model, 1);
            model.close();
            assertThatThrownBy(() -> model.predict(row)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void namesTheColumnsOfAMatrix() throws Exception {
        metadata = """
            {"inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 2]}],
             "outputs": [{"name": "p", "datatype": "FP32", "shape": [-1]}]}\
            """;
        answer = "{\"outputs\":[{\"name\":\"p\",\"data\":[0.25]}]}";
        try (LoadedModel model = open(",\"columns\":[\"a\",\"b\"]", url)) {
            assertThat(model.signature().inputs().stream().map(Column::name)).containsExactly("a", "b");
            Rows rows =
                    Rows.builder(model.signature()).add(Map.of("a", 1, "b", 2)).build();
            assertThat(model.predict(rows).score(0)).isEqualTo(0.25);
        }
        try (LoadedModel model = open("", url)) {
            assertThat(model.signature().inputs().stream().map(Column::name)).containsExactly("x[0]", "x[1]");
        }
        assertThatThrownBy(() -> open(",\"columns\":[\"a\"]", url)).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void sendsNothingToAServerThatIsNotAllowed() {
        assertThatThrownBy(() -> open(""))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("external.json: the server " + url
                        + " is not one of those that this deployment allows (millrace.serving.model.external-servers)");
        assertThatThrownBy(() -> open("", "http://127.0.0.1:1", "https://example.org"))
                .hasMessageContaining("not one of");
        assertThat(asked).isEmpty();
    }

    @Test
    void saysHowTheServerFailed() throws Exception {
        try (LoadedModel model = open("", url)) {
            Rows rows = rows(model, 1);
            status = 500;
            answer = "{\"error\":\"out of memory\"}";
            assertThatThrownBy(() -> model.predict(rows))
                    .isInstanceOf(ModelUnavailableException.class)
                    .hasMessageEndingWith(" answered 500: out of memory");
            assertThat(asked).hasSize(3);
            status = 200;
            answer = "{\"outputs\":[{\"name\":\"score\",\"data\":[1]}]}";
            assertThatThrownBy(() -> model.predict(rows))
                    .hasMessage("the external server gave 1 values of score, not 2");
            answer = "no json";
            assertThatThrownBy(() -> model.predict(rows)).hasMessageEndingWith(" gave no answer that can be read");
            server.stop(0);
            assertThatThrownBy(() -> model.predict(rows)).isInstanceOf(ModelUnavailableException.class);
        }
    }

    @Test
    void waitsNoLongerThanItIsTold() throws Exception {
        try (LoadedModel model = open(",\"timeoutMillis\":3000", url)) {
            wait = true;
            assertThatThrownBy(() -> model.predict(rows(model, 1)))
                    .isInstanceOf(ModelUnavailableException.class)
                    .hasMessageEndingWith(" did not answer within 3000 ms");
        }
    }

    @Test
    void refusesDescriptorsAndMetadataThatMakeNoSense() throws Exception {
        for (String more : List.of(",\"timeoutMillis\":0", ",\"retries\":9", ",\"model\":null", "x")) {
            assertThatThrownBy(() -> open(more, url)).as(more).isInstanceOf(ModelFormatException.class);
        }
        for (String bad : List.of(
                "{}",
                "[]",
                METADATA.replace("[-1, 1]", "[-1, 1, 3]"),
                METADATA.replace("\"BOOL\"", "\"COMPLEX\""),
                METADATA.replace("\"count\"", "\"amount\""),
                METADATA.replace("\"name\": \"score\"", "\"name\": \"\""))) {
            metadata = bad;
            assertThatThrownBy(() -> open("", url)).as(bad).isInstanceOf(ModelFormatException.class);
        }
    }
}
