package io.millrace.registry.artifact;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.TestTokens;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files over the wire, wherever they are kept. */
abstract class UploadContract {

    private static final String API = "/api/2.0/mlflow-artifacts/";

    PostgresForTests postgres;

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    void givesBackAFileWholeAndInParts() throws Exception {
        byte[] bytes = random(20_000_000);
        String path = "/api/v1/runs/" + run() + "/artifacts/folder/file.bin";
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        HttpResponse<byte[]> sent = send(request(path)
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(bytes)));
        assertThat(sent.statusCode()).isEqualTo(200);
        assertThat(JsonPath.from(new String(sent.body(), UTF_8)).getMap(""))
                .containsEntry("sha256", sha256)
                .containsEntry("sizeBytes", bytes.length);

        HttpResponse<byte[]> whole = fetch(path, null);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.headers().firstValue("Content-Length")).contains("20000000");
        assertThat(whole.headers().firstValue("ETag")).contains("\"" + sha256 + "\"");
        assertThat(Arrays.equals(whole.body(), bytes)).isTrue();

        for (String[] part : new String[][] {
            {"bytes=0-0", "0", "1"},
            {"bytes=19999990-", "19999990", "20000000"},
            {"bytes=-7", "19999993", "20000000"},
            {"bytes=5000000-14999999", "5000000", "15000000"}
        }) {
            int from = Integer.parseInt(part[1]);
            int to = Integer.parseInt(part[2]);
            HttpResponse<byte[]> answer = fetch(path, part[0]);
            assertThat(answer.statusCode()).isEqualTo(206);
            assertThat(answer.headers().firstValue("Content-Range"))
                    .contains("bytes " + from + "-" + (to - 1) + "/20000000");
            assertThat(Arrays.equals(answer.body(), Arrays.copyOfRange(bytes, from, to)))
                    .isTrue();
        }
        engineer().header("Range", "bytes=20000000-").get(path).then().statusCode(416);
    }

    /** REST Assured takes seconds for a large body. */
    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                .header("Authorization", "Bearer " + TestTokens.ENGINEER);
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> fetch(String path, @Nullable String range) throws Exception {
        HttpRequest.Builder request = request(path);
        return send(range == null ? request : request.header("Range", range));
    }

    @Test
    void takesAnEmptyFile() {
        String path = "/api/v1/runs/" + run() + "/artifacts/empty";
        engineer().contentType("application/octet-stream").put(path).then().statusCode(200);

        Response empty = engineer().get(path);

        assertThat(empty.statusCode()).isEqualTo(200);
        assertThat(empty.asByteArray()).isEmpty();
    }

    @Test
    void putsPartsTogetherInWhateverOrderTheyCome() throws Exception {
        byte[] bytes = random(10_000_001);
        String run = run();
        Response created = create(run, "C:\\data\\big.bin", 3)
                .then()
                .statusCode(200)
                .extract()
                .response();
        List<String> urls = created.path("credentials.url");
        assertThat(created.<List<Integer>>path("credentials.part_number")).containsExactly(1, 2, 3);
        String[] etags = new String[3];
        for (int number : new int[] {3, 1, 2}) {
            // As MLflow's client does: to the address, with the headers, that it was given, and nothing else.
            HttpRequest.Builder part = HttpRequest.newBuilder(
                    URI.create("http://localhost:" + RestAssured.port).resolve(urls.get(number - 1)));
            created.<Map<String, String>>path("credentials[" + (number - 1) + "].headers")
                    .forEach(part::header);
            HttpResponse<byte[]> sent = send(part.PUT(BodyPublishers.ofByteArray(
                    Arrays.copyOfRange(bytes, (number - 1) * 4_000_000, Math.min(number * 4_000_000, bytes.length)))));
            assertThat(sent.statusCode()).isEqualTo(200);
            etags[number - 1] = sent.headers().firstValue("ETag").orElseThrow();
        }

        complete(run, "big.bin", created.path("upload_id"), etags).then().statusCode(200);

        HttpResponse<byte[]> whole = fetch(API + "artifacts/0/" + run + "/artifacts/sub/big.bin", null);
        assertThat(Arrays.equals(whole.body(), bytes)).isTrue();
        // A client that did not hear the answer asks again.
        complete(run, "big.bin", created.path("upload_id"), etags).then().statusCode(200);
    }

    @Test
    void goesOnAfterABreakWithWhatHasArrived() {
        String run = run();
        String upload = create(run, "a.bin", 2).then().extract().path("upload_id");
        part(upload, 1, new byte[] {9}).then().statusCode(200);
        String second = part(upload, 2, new byte[] {2}).header("ETag");
        String first = part(upload, 1, new byte[] {1}).header("ETag");

        engineer()
                .get(API + "parts/" + upload)
                .then()
                .statusCode(200)
                .body("state", equalTo("OPEN"))
                .body("num_parts", equalTo(2))
                .body("parts.part_number", equalTo(List.of(1, 2)))
                .body("parts[0].etag", equalTo(first.replace("\"", "")));
        complete(run, "a.bin", upload, first, second).then().statusCode(200);

        assertThat(engineer()
                        .get(API + "artifacts/0/" + run + "/artifacts/sub/a.bin")
                        .asByteArray())
                .containsExactly(1, 2);
        part(upload, 1, new byte[] {3}).then().statusCode(400).body("error_code", equalTo("INVALID_STATE"));
    }

    @Test
    void refusesToCompleteWhatIsNotWholeOrNotWhatWasSent() {
        String run = run();
        String upload = create(run, "a.bin", 2).then().extract().path("upload_id");
        String first = part(upload, 1, new byte[] {1}).header("ETag");

        complete(run, "a.bin", upload, first).then().statusCode(400).body("message", containsString("1 of 2 parts"));
        String second = part(upload, 2, new byte[] {2}).header("ETag");
        complete(run, "a.bin", upload, first, first).then().statusCode(400).body("message", containsString("part 2"));
        complete(run, "a.bin", upload, first, second, second).then().statusCode(400);
        complete(run, "b.bin", upload, first, second).then().statusCode(404);
        complete(run(), "a.bin", upload, first, second).then().statusCode(404);
        complete(run, "a.bin", "nothing", first, second).then().statusCode(404);
        complete(run, "a.bin", UUID.randomUUID().toString(), first, second)
                .then()
                .statusCode(404);
        engineer()
                .get(API + "artifacts/0/" + run + "/artifacts/sub/a.bin")
                .then()
                .statusCode(404);
    }

    @Test
    void forgetsAnUploadThatIsAbortedOrExpired() {
        String run = run();
        String aborted = create(run, "a.bin", 1).then().extract().path("upload_id");
        engineer()
                .contentType(ContentType.JSON)
                .body(Map.of("path", "a.bin", "upload_id", aborted))
                .post(API + "mpu/abort/0/" + run + "/artifacts/sub")
                .then()
                .statusCode(200);
        part(aborted, 1, new byte[] {1}).then().statusCode(404);

        String expired = create(run, "a.bin", 1).then().extract().path("upload_id");
        part(expired, 1, new byte[] {1}).then().statusCode(200);
        postgres.execute("update registry.upload set expires_at = now() - interval '1 second' where upload_id = '"
                + expired + "'");
        expire();
        engineer().get(API + "parts/" + expired).then().statusCode(404);
    }

    abstract void expire();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 'path'",
                "{\"path\": \"\"} | 'path'",
                "{\"path\": \"a/\"} | 'path'",
                "{\"path\": \"a\"} | 'num_parts'",
                "{\"path\": \"a\", \"num_parts\": 0} | num_parts must be 1 to 10000",
                "{\"path\": \"a\", \"num_parts\": 10001} | num_parts must be 1 to 10000",
                "{\"path\": \"a\", \"num_parts\": \"many\"} | num_parts",
                "{\"path\": \"..\", \"num_parts\": 1} | Invalid path",
                "{\"path\": \"%2e%2e\", \"num_parts\": 1} | Invalid path",
                "{\"path\": \"a\\u0000b\", \"num_parts\": 1} | Invalid path",
                "[] | JSON object",
                "{ | not JSON"
            })
    void namesWhatIsWrong(String body, String text) {
        engineer()
                .contentType(ContentType.JSON)
                .body(body)
                .post(API + "mpu/create/0/" + run() + "/artifacts")
                .then()
                .statusCode(400)
                .body("error_code", equalTo("INVALID_PARAMETER_VALUE"))
                .body("message", containsString(text));
    }

    @Test
    void takesNoPartThatIsNotAskedForAndNoneWithoutAToken() {
        String upload = create(run(), "a.bin", 2).then().extract().path("upload_id");

        part(upload, 0, new byte[1]).then().statusCode(400).body("message", containsString("1 to 2"));
        part(upload, 3, new byte[1]).then().statusCode(400).body("message", containsString("1 to 2"));
        given().body(new byte[1]).put(API + "parts/" + upload + "/1").then().statusCode(401);
        given().header("Authorization", "Bearer " + TestTokens.VIEWER)
                .body(new byte[1])
                .put(API + "parts/" + upload + "/1")
                .then()
                .statusCode(403);
        create("0".repeat(32), "a.bin", 2).then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/2.0/mlflow-artifacts/mpu/create/", "/ajax-api/2.0/mlflow-artifacts/mpu/create/"})
    void answersAtBothAddressesOfMlflow(String path) {
        engineer()
                .contentType(ContentType.JSON)
                .body(Map.of("path", "a", "num_parts", 1))
                .post(path + "0/" + run() + "/artifacts")
                .then()
                .statusCode(200);
    }

    private static Response create(String run, String path, int parts) {
        return engineer()
                .contentType(ContentType.JSON)
                .body(Map.of("path", path, "num_parts", parts))
                .post(API + "mpu/create/0/" + run + "/artifacts/sub");
    }

    private static Response part(String upload, int number, byte[] content) {
        return engineer().body(content).put(API + "parts/" + upload + "/" + number);
    }

    private static Response complete(String run, String path, String upload, String... etags) {
        List<Map<String, Object>> parts = new ArrayList<>();
        for (String etag : etags) {
            parts.add(Map.of("part_number", parts.size() + 1, "etag", etag, "url", "http://unused"));
        }
        return engineer()
                .contentType(ContentType.JSON)
                .body(Map.of("path", path, "upload_id", upload, "parts", parts))
                .post(API + "mpu/complete/0/" + run + "/artifacts/sub");
    }

    private static String run() {
        return engineer()
                .contentType(ContentType.JSON)
                .body(Map.of("experimentName", "uploads", "name", "run"))
                .post("/api/v1/runs")
                .then()
                .statusCode(201)
                .extract()
                .path("runId");
    }

    private static RequestSpecification engineer() {
        return given().header("Authorization", "Bearer " + TestTokens.ENGINEER);
    }
}
