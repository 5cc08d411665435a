package io.millrace.pipeline.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.client.RegistryClient;
import io.millrace.pipeline.client.ServingClient;
import io.millrace.pipeline.definition.PipelineSpec.Decision;
import io.millrace.pipeline.definition.PipelineSpec.Deploy;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Step 9 of 10: moves the alias, makes the endpoint if it is not there, and waits until the new version answers. */
@ApplicationScoped
class DeployStep implements StepExecutor {

    private static final Duration WAIT = Duration.ofSeconds(90);
    private static final long PAUSE_MS = 250;

    private final RegistryClient registry;
    private final ServingClient serving;
    private final ObjectMapper json;
    private final Clock clock;

    DeployStep(RegistryClient registry, ServingClient serving, ObjectMapper json, Clock clock) {
        this.registry = registry;
        this.serving = serving;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public StepName name() {
        return StepName.DEPLOY;
    }

    @Override
    public StepOutcome execute(StepContext context) throws InterruptedException {
        Deploy deploy = context.spec().deploy();
        if (deploy == null) {
            return new StepOutcome.Succeeded(json.createObjectNode());
        }
        String model = context.spec().register().model();
        int version = context.output(StepName.REGISTER).path("version").asInt();
        String cause = "run:" + context.runId();
        registry.moveAlias(
                model,
                deploy.alias(),
                version,
                "gates of " + context.spec().name() + " passed",
                cause,
                cause + "/deploy");
        boolean created = serving.findEndpoint(deploy.endpoint()).isEmpty();
        if (created) {
            serving.putEndpoint(deploy.endpoint(), endpoint(model, deploy), cause + "/endpoint");
        }
        boolean routed = await(context, deploy, version);
        ObjectNode output = json.createObjectNode();
        output.put("alias", deploy.alias());
        output.put("version", version);
        output.put("endpoint", deploy.endpoint());
        output.put("endpointCreated", created);
        output.put("routed", routed);
        return new StepOutcome.Succeeded(output);
    }

    private ObjectNode endpoint(String model, Deploy deploy) {
        ObjectNode body = json.createObjectNode();
        body.putArray("arms")
                .addObject()
                .put("name", deploy.alias())
                .put("weight", 100)
                .put("role", "primary")
                .put("model", model)
                .put("alias", deploy.alias());
        Decision decision = deploy.decision();
        if (decision != null) {
            body.putObject("decision")
                    .put("threshold", decision.threshold())
                    .put("positive", decision.positive())
                    .put("negative", decision.negative());
        }
        return body;
    }

    /** Waits until the arm of the alias is answered by the version; an endpoint without such an arm has nothing to wait for. */
    private boolean await(StepContext context, Deploy deploy, int version) throws InterruptedException {
        Instant end = clock.instant().plus(WAIT);
        String detail = "the endpoint is not there";
        while (clock.instant().isBefore(end)) {
            context.checkAlive();
            Optional<JsonNode> endpoint = serving.findEndpoint(deploy.endpoint());
            if (endpoint.isPresent()) {
                Optional<JsonNode> arm = arm(endpoint.get(), deploy.alias());
                if (arm.isEmpty()) {
                    return false;
                }
                if (arm.get().path("servingVersion").asInt() == version) {
                    return true;
                }
                detail = arm.get().path("state").asText() + " "
                        + arm.get().path("detail").asText();
            }
            Thread.sleep(PAUSE_MS);
        }
        throw new PlatformException(
                ErrorCode.UPSTREAM_UNAVAILABLE,
                "version " + version + " is not served after " + WAIT.toSeconds() + " s: " + detail);
    }

    private static Optional<JsonNode> arm(JsonNode endpoint, String alias) {
        for (JsonNode arm : endpoint.path("arms")) {
            if (arm.path("alias").asText().equals(alias)) {
                return Optional.of(arm);
            }
        }
        return Optional.empty();
    }
}
