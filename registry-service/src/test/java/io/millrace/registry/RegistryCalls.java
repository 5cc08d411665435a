package io.millrace.registry;

import static io.restassured.RestAssured.given;

import io.millrace.common.testing.TestTokens;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Calls that the tests of several features make. */
public final class RegistryCalls {

    private RegistryCalls() {}

    public static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token).contentType(ContentType.JSON);
    }

    /** A name that no other test uses. */
    public static String unique(String prefix) {
        return prefix + "-" + UUID.randomUUID();
    }

    /** A run with one file, {@code model/m.bin}. */
    public static String run(String content) {
        String run = as(TestTokens.ENGINEER)
                .body(Map.of("experimentName", "tests", "name", "r"))
                .post("/api/v1/runs")
                .then()
                .statusCode(201)
                .extract()
                .path("runId");
        given().header("Authorization", "Bearer " + TestTokens.ENGINEER)
                .contentType("application/octet-stream")
                .body(content.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .put("/api/v1/runs/" + run + "/artifacts/model/m.bin")
                .then()
                .statusCode(200);
        return run;
    }

    /** Registers the model of {@link #run} as the next version. */
    public static int version(String model, String run, Map<String, ?> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("runId", run);
        body.put("path", "model");
        return as(TestTokens.ENGINEER)
                .body(body)
                .post("/api/v1/models/" + model + "/versions")
                .then()
                .statusCode(201)
                .extract()
                .path("version");
    }
}
