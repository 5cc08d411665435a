package io.millrace.serving.openinference;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.serving.inference.JsonBody;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The model repository extension. */
@Path("/v2/repository")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
class RepositoryResource {

    private final RepositoryService repository;

    RepositoryResource(RepositoryService repository) {
        this.repository = repository;
    }

    /** One line of the index. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record IndexedResponse(
            String name,
            @Nullable String version,
            String state,
            @Nullable String reason) {}

    /** What was loaded. */
    record LoadedResponse(String name, boolean load) {}

    /** What was unloaded. */
    record UnloadedResponse(String name, boolean unload) {}

    @POST
    @Path("index")
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public List<IndexedResponse> index(byte @Nullable [] body) {
        Object ready = read(body).get("ready");
        if (ready != null && !(ready instanceof Boolean)) {
            throw PlatformException.invalid("/ready", "must be true or false");
        }
        return repository.index(Boolean.TRUE.equals(ready)).stream()
                .map(each -> new IndexedResponse(each.name(), each.version(), each.state(), each.reason()))
                .toList();
    }

    @POST
    @Path("models/{model}/load")
    @RolesAllowed(Roles.ENGINEER)
    public LoadedResponse load(@PathParam("model") String model, byte @Nullable [] body) {
        if (read(body).get("parameters") instanceof Map<?, ?> parameters && !parameters.isEmpty()) {
            throw PlatformException.invalid("/parameters", RepositoryService.NO_PARAMETERS);
        }
        repository.load(model);
        return new LoadedResponse(model, true);
    }

    @POST
    @Path("models/{model}/unload")
    @RolesAllowed(Roles.ENGINEER)
    public UnloadedResponse unload(@PathParam("model") String model, byte @Nullable [] body) {
        read(body);
        repository.unload(model);
        return new UnloadedResponse(model, true);
    }

    private static Map<String, @Nullable Object> read(byte @Nullable [] body) {
        return body == null || body.length == 0 ? Map.of() : JsonBody.read(body);
    }
}
