package io.millrace.registry.experiment;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.common.http.PageToken;
import io.millrace.common.idempotency.IdempotencyService;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/experiments")
class ExperimentResource {

    private final ExperimentService experiments;
    private final IdempotencyService idempotency;

    ExperimentResource(ExperimentService experiments, IdempotencyService idempotency) {
        this.experiments = experiments;
        this.idempotency = idempotency;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Page<Experiment> list(
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        long before = PageToken.before(pageToken);
        List<Experiment> found = experiments.list(List.of("active"), before, Page.checkedSize(pageSize) + 1);
        return Page.of(found, pageSize, e -> List.of(e.experimentId()));
    }

    @GET
    @Path("{id}")
    @RolesAllowed(Roles.VIEWER)
    public Experiment get(String id) {
        return experiments.get(id);
    }

    @POST
    @ResponseStatus(201)
    @RolesAllowed(Roles.ENGINEER)
    public Experiment create(
            @HeaderParam(IdempotencyService.HEADER) @Nullable String key, @Nullable CreateExperimentRequest request) {
        if (request == null) {
            throw PlatformException.invalid("", "a JSON body is required");
        }
        Map<String, String> tags = request.tags();
        return idempotency.once(
                "createExperiment",
                key,
                request,
                Experiment.class,
                () -> experiments.create(request.name(), request.artifactLocation(), tags == null ? Map.of() : tags));
    }
}
