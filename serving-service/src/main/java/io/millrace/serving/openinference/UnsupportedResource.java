package io.millrace.serving.openinference;

import io.millrace.common.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Extensions of Triton that are not supported here: told so, rather than that the path is unknown. */
@Path("/v2")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
class UnsupportedResource {

    private static final String MEMORY = "{kind: systemsharedmemory|cudasharedmemory}";
    private static final String MEMORY_CALL = "{call: status|register|unregister}";
    private static final String TRACING = "trace/setting";
    private static final String LOGGING = "logging";

    @GET
    @Path(MEMORY + "/" + MEMORY_CALL)
    public void memory() {
        throw Unsupported.SHARED_MEMORY.refusal();
    }

    @POST
    @Path(MEMORY + "/" + MEMORY_CALL)
    public void changeMemory() {
        throw Unsupported.SHARED_MEMORY.refusal();
    }

    @GET
    @Path(MEMORY + "/region/{name}/" + MEMORY_CALL)
    public void region() {
        throw Unsupported.SHARED_MEMORY.refusal();
    }

    @POST
    @Path(MEMORY + "/region/{name}/" + MEMORY_CALL)
    public void changeRegion() {
        throw Unsupported.SHARED_MEMORY.refusal();
    }

    @GET
    @Path(TRACING)
    public void tracing() {
        throw Unsupported.TRACING.refusal();
    }

    @POST
    @Path(TRACING)
    public void changeTracing() {
        throw Unsupported.TRACING.refusal();
    }

    @GET
    @Path("models/{model}/" + TRACING)
    public void modelTracing() {
        throw Unsupported.TRACING.refusal();
    }

    @POST
    @Path("models/{model}/" + TRACING)
    public void changeModelTracing() {
        throw Unsupported.TRACING.refusal();
    }

    @GET
    @Path(LOGGING)
    public void logging() {
        throw Unsupported.LOGGING.refusal();
    }

    @POST
    @Path(LOGGING)
    public void changeLogging() {
        throw Unsupported.LOGGING.refusal();
    }
}
