package io.millrace.registry.run;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.idempotency.IdempotencyService;
import io.millrace.registry.experiment.ExperimentService;
import io.millrace.registry.run.RunService.NewRun;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/runs")
class RunResource {

    private final RunService runs;
    private final ExperimentService experiments;
    private final IdempotencyService idempotency;
    private final SecurityIdentity caller;

    RunResource(
            RunService runs, ExperimentService experiments, IdempotencyService idempotency, SecurityIdentity caller) {
        this.runs = runs;
        this.experiments = experiments;
        this.idempotency = idempotency;
        this.caller = caller;
    }

    @POST
    @ResponseStatus(201)
    @RolesAllowed(Roles.ENGINEER)
    public Run create(
            @HeaderParam(IdempotencyService.HEADER) @Nullable String key, @Nullable CreateRunRequest request) {
        if (request == null) {
            throw PlatformException.invalid("", "a JSON body is required");
        }
        return idempotency.once("createRun", key, request, Run.class, () -> create(request));
    }

    private Run create(CreateRunRequest request) {
        String user = caller.getPrincipal().getName();
        String name = request.experimentName();
        String id = request.experimentId();
        if ((name == null) == (id == null)) {
            throw PlatformException.invalid("/experimentName", "or experimentId is required, and not both");
        }
        String experiment = name == null
                ? String.valueOf(id)
                : experiments.getOrCreate(name).experimentId();
        Map<String, String> tags = request.tags();
        String cause = request.causedBy();
        return runs.create(new NewRun(
                experiment,
                request.name(),
                user,
                request.startAt(),
                tags == null ? Map.of() : tags,
                cause == null ? "user:" + user : cause));
    }

    @GET
    @Path("{id}")
    @RolesAllowed(Roles.VIEWER)
    public Run get(String id) {
        return runs.get(id);
    }

    @PATCH
    @Path("{id}")
    @RolesAllowed(Roles.ENGINEER)
    public Run update(String id, @Nullable UpdateRunRequest request) {
        if (request == null) {
            throw PlatformException.invalid("", "a JSON body is required");
        }
        return runs.update(id, request.status(), request.endAt(), request.name());
    }

    @POST
    @Path("{id}/log")
    @RolesAllowed(Roles.ENGINEER)
    public void log(String id, @Nullable LogRequest request) {
        if (request == null) {
            throw PlatformException.invalid("", "a JSON body is required");
        }
        List<Metric> metrics = request.metrics();
        Map<String, String> params = request.params();
        Map<String, String> tags = request.tags();
        runs.log(
                id,
                new RunBatch(
                        metrics == null ? List.of() : metrics,
                        params == null ? Map.of() : params,
                        tags == null ? Map.of() : tags,
                        List.of()));
    }
}
