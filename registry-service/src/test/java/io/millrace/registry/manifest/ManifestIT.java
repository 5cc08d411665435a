package io.millrace.registry.manifest;

import static io.millrace.registry.RegistryCalls.as;
import static io.millrace.registry.RegistryCalls.run;
import static io.millrace.registry.RegistryCalls.unique;
import static io.millrace.registry.RegistryCalls.version;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.dsse.Envelope;
import io.millrace.common.dsse.Keys;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class ManifestIT {

    private final ObjectMapper json = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void signsTheFilesOfAVersionAndAgainWhenItsModelIsRenamed() throws IOException {
        String model = unique("signed");
        version(model, run("abc"), Map.of());

        JsonNode statement = verified(model);
        assertThat(statement.path("subject").get(0).path("name").asText()).isEqualTo(model + "/1");
        // SHA-256 of "abc", and of those 32 bytes, by sha256sum.
        assertThat(statement
                        .path("predicate")
                        .path("resources")
                        .get(0)
                        .path("digest")
                        .asText())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(statement
                        .path("subject")
                        .get(0)
                        .path("digest")
                        .path("sha256")
                        .asText())
                .isEqualTo("4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358");

        as(TestTokens.ENGINEER)
                .body(Map.of("name", model, "new_name", model + "-b"))
                .post("/api/2.0/mlflow/registered-models/rename")
                .then()
                .statusCode(200);
        assertThat(verified(model + "-b").path("subject").get(0).path("name").asText())
                .isEqualTo(model + "-b/1");
    }

    private JsonNode verified(String model) throws IOException {
        Path key = folder.resolve("key.pem");
        Files.writeString(
                key,
                as(TestTokens.VIEWER)
                        .get("/api/v1/signing-key")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString());
        Envelope envelope = json.readValue(
                as(TestTokens.VIEWER)
                        .get("/api/v1/models/" + model + "/versions/1/manifest")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString(),
                Envelope.class);
        return json.readTree(envelope.verified("application/vnd.in-toto+json", Keys.readPublic(key))
                .orElseThrow());
    }
}
