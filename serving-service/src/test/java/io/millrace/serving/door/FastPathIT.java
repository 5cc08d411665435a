package io.millrace.serving.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.common.auth.Tokens;
import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A connection's first prediction goes the ordinary way, later ones the fast path: a caller must not see which. */
@QuarkusTest
class FastPathIT extends Serving {

    private static final int MAX_TRIES = 50;
    private static final Pattern IDS = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final String ROW = """
            {"inputs": {"amount": 42.5, "age": 33, "visits": 7, "member": true, "country": "US", "channel": "web",
             "at": "2013-05-01T10:00:00Z"}, "requestId": "r"}""";

    @TestHTTPResource
    URL base;

    /** An answer; what differs from one to the next is left out. */
    private record Answer(String status, Map<String, String> headers, String body) {}

    private Socket connect() throws IOException {
        Socket socket = new Socket(base.getHost(), base.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String post(String path, String token, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                + token + "\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    private static Answer ask(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return answer(new DataInputStream(socket.getInputStream()));
    }

    private static Answer answer(DataInputStream in) throws IOException {
        String status = line(in);
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = new byte[Integer.parseInt(headers.getOrDefault("content-length", "0"))];
        in.readFully(body);
        headers.replaceAll((name, value) -> IDS.matcher(value).replaceAll("ID"));
        String text = new String(body, StandardCharsets.UTF_8);
        return new Answer(status, headers, IDS.matcher(text).replaceAll("ID"));
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the connection ended after " + line);
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private static double fast() {
        return as(TestTokens.VIEWER)
                .get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("millrace_serving_fast_requests_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** A connection's first request never goes the fast path, and one that follows may come before what makes it ready. */
    private static void askUntilFast(Socket socket, String good, String request, Answer expected) throws IOException {
        boolean fast = false;
        for (int tries = 0; !fast && tries < MAX_TRIES; tries++) {
            ask(socket, good);
            double before = fast();
            Answer answer = ask(socket, request);
            assertThat(answer).isEqualTo(expected);
            fast = fast() > before;
        }
        assertThat(fast).as("went the fast path").isTrue();
    }

    @Test
    void answersTheSameOnEveryPath() throws Exception {
        serve("quick", Models.FIRST);
        String predict = "/api/v1/endpoints/quick/predict";
        for (String body : List.of(ROW, ROW.replace("42.5", "\"many\""), ROW.replace("33", "NaN"), "{", "")) {
            Answer ordinary;
            try (Socket socket = connect()) {
                ordinary = ask(socket, post(predict, TestTokens.PREDICTOR, body));
            }
            try (Socket socket = connect()) {
                String good = post(predict, TestTokens.PREDICTOR, ROW);
                askUntilFast(socket, good, post(predict, TestTokens.PREDICTOR, body), ordinary);
            }
        }
    }

    @Test
    void keepsTheOrderOfRequestsSentAtOnce() throws Exception {
        serve("ordered", Models.FIRST);
        String predict = post("/api/v1/endpoints/ordered/predict", TestTokens.PREDICTOR, ROW);
        String live =
                "GET /q/health/live HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + TestTokens.PREDICTOR + "\r\n\r\n";
        String refused = post("/api/v1/endpoints/ordered/predict", "nobody", ROW);
        try (Socket socket = connect()) {
            Answer predicted = ask(socket, predict);
            askUntilFast(socket, predict, predict, predicted);
            socket.getOutputStream()
                    .write((predict + live + predict + predict + refused + predict + live + predict)
                            .getBytes(StandardCharsets.UTF_8));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (String expected : List.of("ID", "UP", "ID", "ID", "401", "ID", "UP", "ID")) {
                Answer answer = answer(in);
                assertThat(answer.status() + answer.body()).contains(expected);
            }
            askUntilFast(socket, predict, predict, predicted);
        }
    }

    @Test
    void refusesATokenThatWasRevoked() throws Exception {
        serve("gone", Models.FIRST);
        String token = "mlr_gone";
        postgres.execute("insert into registry.token (name, hash, roles) values ('gone', '" + Tokens.hash(token)
                + "', array['predictor'])");
        String predict = post("/api/v1/endpoints/gone/predict", token, ROW);
        try (Socket socket = connect()) {
            await(() -> status(socket, predict).endsWith("200 OK"));
            askUntilFast(socket, predict, predict, ask(socket, predict));
            postgres.execute("update registry.token set revoked_at = now() where name = 'gone'");
            await(() -> status(socket, predict).contains("401"));
        }
    }

    private static String status(Socket socket, String request) {
        try {
            return ask(socket, request).status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
