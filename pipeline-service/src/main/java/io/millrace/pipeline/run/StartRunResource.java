package io.millrace.pipeline.run;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.idempotency.IdempotencyService;
import io.millrace.pipeline.gate.GateService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Starts runs. A resource of its own, because the path below a pipeline's name belongs to one class only. */
@Path("/api/v1/pipelines/{name}/runs")
class StartRunResource {

    private static final Set<String> TRIGGERS = Set.of("manual", "api", "drift");

    private static final Pattern CAUSE = Pattern.compile("[a-z-]{1,40}:[^\\p{Cntrl}]{1,400}");

    private final RunService runs;
    private final GateService gates;
    private final SecurityIdentity caller;

    StartRunResource(RunService runs, GateService gates, SecurityIdentity caller) {
        this.runs = runs;
        this.gates = gates;
        this.caller = caller;
    }

    @POST
    @ResponseStatus(202)
    @RolesAllowed(Roles.ENGINEER)
    public RunResponse start(
            String name,
            @HeaderParam(IdempotencyService.HEADER) @Nullable String key,
            @Nullable StartRunRequest request) {
        StartRunRequest.Params params = request == null ? null : request.params();
        String trigger = request == null || request.trigger() == null ? "manual" : request.trigger();
        if (!TRIGGERS.contains(trigger)) {
            throw PlatformException.invalid("/trigger", "must be manual, api or drift, is '" + trigger + "'");
        }
        if (key != null && (key.isBlank() || key.length() > 200)) {
            throw PlatformException.invalid("/" + IdempotencyService.HEADER, "must be 1 to 200 characters");
        }
        String user = caller.getPrincipal().getName();
        String cause = request == null || request.causedBy() == null ? "user:" + user : request.causedBy();
        if (!CAUSE.matcher(cause).matches()) {
            throw PlatformException.invalid("/causedBy", "must be kind:id such as alert:7, is '" + cause + "'");
        }
        String triggerKey = key == null ? trigger + "/" + UUID.randomUUID() : key;
        Instant asOf = params == null ? null : params.asOf();
        Run run = runs.queue(new RunService.Wish(name, trigger, triggerKey, asOf, cause, user));
        return RunResponse.of(run, runs.steps(run.id()), gates.list(run.id()));
    }
}
