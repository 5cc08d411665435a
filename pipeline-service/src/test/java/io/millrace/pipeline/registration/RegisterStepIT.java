package io.millrace.pipeline.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.pipeline.FakeServices;
import io.millrace.pipeline.definition.SpecReader;
import io.millrace.pipeline.definition.Yaml;
import io.millrace.pipeline.step.ArtifactFiles;
import io.millrace.pipeline.step.KnownContext;
import io.millrace.pipeline.step.StepName;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A candidate becomes one version, however often the step is carried out. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "service", value = "pipeline"),
            @ResourceArg(name = "millrace.pipeline.run.every", value = "off"),
            @ResourceArg(name = "millrace.pipeline.run.heartbeat-every", value = "off")
        })
@QuarkusTestResource(value = FakeServices.class, restrictToAnnotatedClass = true)
class RegisterStepIT {

    private static final String VERSIONS = "/api/v1/models/iris/versions";

    @Inject
    RegisterStep step;

    @Inject
    ArtifactFiles files;

    @TempDir
    Path folder;

    FakeServices services;

    private final ObjectMapper json = new ObjectMapper();
    private final UUID run = UUID.randomUUID();

    @BeforeEach
    void forget() {
        services.forget();
    }

    @Test
    void registersWhatWasTrainedWithItsMetricsAndItsCause() throws Exception {
        JsonNode output = step.execute(context()).output();

        assertThat(output.path("version").asInt()).isEqualTo(2);
        assertThat(output.path("trackingRunId").asText()).isEqualTo("1");
        JsonNode body = services.calls("POST", VERSIONS).get(0).body();
        assertThat(body.path("causedBy").asText()).isEqualTo("run:" + run);
        assertThat(body.path("metrics").toString()).isEqualTo("{\"accuracy\":0.75}");
        assertThat(body.path("signature").path("task").asText()).isEqualTo("MULTICLASS");
        assertThat(body.path("signature").path("classes").toString()).isEqualTo("[\"a\",\"b\",\"c\"]");
        assertThat(body.path("profile").path("rows").asInt()).isEqualTo(3);
        assertThat(body.path("provenance").path("train").asText()).isEqualTo("train-digest");
        assertThat(body.at("/provenance/gates/0/result").asText()).isEqualTo("pass");
        assertThat(services.calls("PUT", "/api/v1/runs/1/artifacts/model/weights.bin"))
                .hasSize(1);
    }

    @Test
    void givesTheSameVersionWhenItIsCarriedOutAgain() throws Exception {
        JsonNode first = step.execute(context()).output();
        JsonNode second = step.execute(context()).output();

        assertThat(second).isEqualTo(first);
        assertThat(services.calls("POST", VERSIONS))
                .extracting(FakeServices.Call::key)
                .containsExactly("run:" + run + "/register", "run:" + run + "/register");
        assertThat(services.calls("POST", "/api/v1/runs"))
                .extracting(FakeServices.Call::key)
                .containsOnly("run:" + run + "/tracking");
    }

    @Test
    void triesLaterWhenTheRegistryGoesAwayInTheMiddleAndRegistersOnce() throws Exception {
        services.next("PUT /api/v1/runs/1/artifacts/model/weights.bin", 503, "{\"detail\":\"the disk is full\"}");

        assertThatThrownBy(() -> step.execute(context())).isInstanceOfSatisfying(PlatformException.class, e -> {
            assertThat(e.code().temporary()).isTrue();
            assertThat(e.detail()).contains("answered 503: the disk is full");
        });
        assertThat(services.calls("POST", VERSIONS)).isEmpty();

        assertThat(step.execute(context()).output().path("version").asInt()).isEqualTo(2);
        assertThat(services.calls("POST", VERSIONS)).hasSize(1);
    }

    @Test
    void doesNotTryAgainWhatAPolicyRefuses() {
        services.next("POST " + VERSIONS, 409, "{\"detail\":\"the policy allows no new input columns\"}");

        assertThatThrownBy(() -> step.execute(context())).isInstanceOfSatisfying(PlatformException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE);
            assertThat(e.detail()).contains("the policy allows no new input columns");
        });
    }

    @Test
    void fillsInTheCardUnlessSomebodyHasEditedIt() throws Exception {
        String yaml = Yaml.minimal("iris", """
                register:
                  card: { owner: botany, license: apache-2.0, intendedUse: Tell irises apart., limitations: Three species. }
                """);
        services.keep("GET " + VERSIONS + "/2/card", """
                {"revision":0,"card":{"owner":null,"libraryName":"tribuo","sections":{"trainingData":"150 flowers"}}}""");

        step.execute(context(yaml));

        JsonNode card = services.calls("PUT", VERSIONS + "/2/card").get(0).body();
        assertThat(card).isEqualTo(json.readTree("""
                {"owner":"botany","license":"apache-2.0","libraryName":"tribuo","expectedRevision":0,
                 "sections":{"trainingData":"150 flowers","intendedUse":"Tell irises apart.","limitations":"Three species."}}"""));

        services.keep("GET " + VERSIONS + "/2/card", "{\"revision\":1,\"card\":{}}");
        step.execute(context(yaml));
        assertThat(services.calls("PUT", VERSIONS + "/2/card")).hasSize(1);
    }

    private KnownContext context() throws Exception {
        return context(Yaml.minimal("iris", ""));
    }

    private KnownContext context(String yaml) throws Exception {
        String digest = put("weights.bin", "weights");
        ObjectNode training = json.createObjectNode();
        training.putArray("files").addObject().put("path", "weights.bin").put("sha256", digest);
        training.put("format", "tribuo").put("provenance", put("provenance.txt", "seed 1"));
        training.put("profile", put("profile.json", "{\"rows\":3}"));
        training.set("signature", json.readTree("{\"task\":\"MULTICLASS\",\"classes\":[\"a\",\"b\",\"c\"]}"));
        Map<StepName, JsonNode> outputs = new EnumMap<>(StepName.class);
        outputs.put(StepName.DATA, json.readTree("{\"snapshot\":\"data-digest\"}"));
        outputs.put(StepName.SPLIT, json.readTree("{\"train\":{\"snapshot\":\"train-digest\"}}"));
        outputs.put(StepName.TRAIN, training);
        outputs.put(
                StepName.EVALUATE,
                json.readTree("{\"scores\":\"" + digest
                        + "\",\"metrics\":{\"accuracy\":{\"value\":0.75},\"roc_auc\":{\"value\":null}}}"));
        outputs.put(
                StepName.GATES,
                json.readTree(
                        "{\"decisions\":[{\"rule\":\"accuracy >= 0.7\",\"result\":\"pass\",\"reason\":\"0.75\"}]}"));
        return new KnownContext(SpecReader.read(yaml), run, files, folder, outputs);
    }

    private String put(String name, String content) throws Exception {
        return files.put(Files.writeString(folder.resolve(name), content));
    }
}
