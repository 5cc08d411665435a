package io.millrace.pipeline.run;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.common.http.PageToken;
import io.millrace.pipeline.gate.GateService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/runs")
class RunResource {

    private final RunService runs;
    private final GateService gates;
    private final SecurityIdentity caller;

    RunResource(RunService runs, GateService gates, SecurityIdentity caller) {
        this.runs = runs;
        this.gates = gates;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Page<RunResponse> list(
            @QueryParam("pipeline") @Nullable String pipeline,
            @QueryParam("state") @Nullable String state,
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        if (state != null
                && Arrays.stream(RunState.values()).noneMatch(s -> s.name().equals(state))) {
            throw PlatformException.invalid(
                    "/state", "must be one of " + Arrays.toString(RunState.values()) + ", is '" + state + "'");
        }
        Instant before = null;
        UUID beforeId = null;
        if (pageToken != null) {
            List<String> parts = PageToken.decode(pageToken, 2);
            try {
                before = Instant.parse(parts.get(0));
                beforeId = UUID.fromString(parts.get(1));
            } catch (DateTimeException | IllegalArgumentException e) {
                throw PlatformException.invalid("/pageToken", "is not one that was given out");
            }
        }
        List<Run> found = runs.list(pipeline, state, before, beforeId, Page.checkedSize(pageSize) + 1);
        return Page.of(found, pageSize, r -> List.of(r.queuedAt().toString(), r.id().toString()))
                .map(r -> RunResponse.of(r, List.of(), List.of()));
    }

    @GET
    @Path("{id}")
    @RolesAllowed(Roles.VIEWER)
    public RunResponse get(UUID id) {
        return response(runs.get(id));
    }

    @POST
    @Path("{id}/cancel")
    @RolesAllowed(Roles.ENGINEER)
    public RunResponse cancel(UUID id) {
        return response(runs.cancel(id, caller.getPrincipal().getName()));
    }

    @POST
    @Path("{id}/decide")
    @RolesAllowed(Roles.APPROVER)
    public RunResponse decide(UUID id, @Nullable DecideRequest request) {
        Boolean approve = request == null ? null : request.approve();
        String reason = request == null ? null : request.reason();
        if (approve == null) {
            throw PlatformException.invalid("/approve", "must be true or false");
        }
        if (reason == null || reason.isBlank() || reason.length() > 2000) {
            throw PlatformException.invalid("/reason", "must be 1 to 2000 characters");
        }
        return response(runs.decide(id, approve, reason, caller.getPrincipal().getName()));
    }

    private RunResponse response(Run run) {
        return RunResponse.of(run, runs.steps(run.id()), gates.list(run.id()));
    }
}
