package io.millrace.pipeline.deployment;

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
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alias moves, the endpoint is there, and the step waits until the version answers. */
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
class DeployStepIT {

    private static final String ALIAS = "/api/v1/models/iris/aliases/champion";
    private static final String ENDPOINT = "/api/v1/endpoints/flowers";
    private static final String OLD = arm("champion", 6);
    private static final String NEW = arm("champion", 7);

    @Inject
    DeployStep step;

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
    void movesTheAliasMakesTheEndpointAndWaitsForTheVersion() throws Exception {
        services.next("GET " + ENDPOINT, 404, "{}");
        services.next("GET " + ENDPOINT, 200, OLD);
        services.next("GET " + ENDPOINT, 200, NEW);

        JsonNode output = step.execute(context()).output();

        assertThat(output.path("routed").asBoolean()).isTrue();
        assertThat(output.path("endpointCreated").asBoolean()).isTrue();
        FakeServices.Call moved = services.calls("PUT", ALIAS).get(0);
        assertThat(moved.key()).isEqualTo("run:" + run + "/deploy");
        assertThat(moved.body().path("version").asInt()).isEqualTo(7);
        assertThat(moved.body().path("causedBy").asText()).isEqualTo("run:" + run);
        JsonNode arm =
                services.calls("PUT", ENDPOINT).get(0).body().path("arms").path(0);
        assertThat(arm.path("alias").asText()).isEqualTo("champion");
        assertThat(arm.path("weight").asInt()).isEqualTo(100);
        assertThat(services.calls("GET", ENDPOINT)).hasSize(3);
    }

    @Test
    void changesNothingWhenItIsCarriedOutAgain() throws Exception {
        services.keep("GET " + ENDPOINT, NEW);

        JsonNode first = step.execute(context()).output();
        JsonNode second = step.execute(context()).output();

        assertThat(second).isEqualTo(first);
        assertThat(services.calls("PUT", ENDPOINT)).isEmpty();
        assertThat(services.calls("PUT", ALIAS))
                .extracting(FakeServices.Call::key)
                .containsExactly("run:" + run + "/deploy", "run:" + run + "/deploy");
    }

    @Test
    void leavesAnEndpointThatDoesNotUseTheAliasAsItIs() throws Exception {
        services.keep("GET " + ENDPOINT, arm("challenger", 3));

        JsonNode output = step.execute(context()).output();

        assertThat(output.path("routed").asBoolean()).isFalse();
        assertThat(services.calls("PUT", ENDPOINT)).isEmpty();
    }

    @Test
    void triesLaterWhenTheRegistryIsDown() {
        services.next("PUT " + ALIAS, 503, "{\"detail\":\"starting\"}");

        assertThatThrownBy(() -> step.execute(context()))
                .isInstanceOfSatisfying(
                        PlatformException.class,
                        e -> assertThat(e.code().temporary()).isTrue());
        assertThat(services.calls("PUT", ENDPOINT)).isEmpty();
    }

    @Test
    void doesNotTryAgainAnAliasThatMayNotBeOrThatAPolicyProtects() {
        services.next("PUT " + ALIAS, 400, "{\"detail\":\"alias must be 1 to 63 of a-z\"}");
        services.next("PUT " + ALIAS, 409, "{\"detail\":\"champion is protected by its policy\"}");

        for (String expected : new String[] {"alias must be 1 to 63 of a-z", "champion is protected by its policy"}) {
            assertThatThrownBy(() -> step.execute(context())).isInstanceOfSatisfying(PlatformException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE);
                assertThat(e.detail()).contains(expected);
            });
        }
        assertThat(services.calls("PUT", ENDPOINT)).isEmpty();
    }

    private static String arm(String alias, int version) {
        return "{\"arms\":[{\"alias\":\"%s\",\"servingVersion\":%d,\"state\":\"READY\"}]}".formatted(alias, version);
    }

    private KnownContext context() {
        ObjectNode registered = json.createObjectNode().put("version", 7);
        Map<StepName, JsonNode> outputs = new EnumMap<>(Map.of(StepName.REGISTER, registered));
        String yaml = Yaml.minimal("iris", "deploy: { endpoint: flowers, alias: champion }\n");
        return new KnownContext(SpecReader.read(yaml), run, files, folder, outputs);
    }
}
