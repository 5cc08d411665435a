package io.millrace.serving.openinference;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.serving.inference.InferenceService;
import io.millrace.serving.route.Route;
import io.millrace.serving.route.RouteTable;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Open Inference over REST: a model is an endpoint, a version one that the endpoint serves. */
@Path("/v2")
@Produces(MediaType.APPLICATION_JSON)
class OpenInferenceResource {

    private static final String MODEL = "models/{model}";
    private static final String VERSION = MODEL + "/versions/{version}";

    private final RouteTable routes;
    private final InferenceService inference;
    private final String release;

    OpenInferenceResource(
            RouteTable routes,
            InferenceService inference,
            @ConfigProperty(name = "quarkus.application.version") String release) {
        this.routes = routes;
        this.inference = inference;
        this.release = release;
    }

    /** About this server. */
    record ServerResponse(String name, String version, List<String> extensions) {}

    /** Health: old and new clients read either name. */
    record HealthResponse(boolean live, boolean ready) {}

    /** Whether a model can answer. */
    record ReadyResponse(String name, boolean ready) {}

    /** Names of the models. */
    record ModelsResponse(List<String> models) {}

    @GET
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public ServerResponse server() {
        return new ServerResponse("millrace", release, ModelMetadataResponse.EXTENSIONS);
    }

    @GET
    @Path("health/live")
    @PermitAll
    public Map<String, Boolean> live() {
        return Map.of("live", true);
    }

    @GET
    @Path("health/ready")
    @PermitAll
    public HealthResponse ready() {
        if (!routes.ready()) {
            throw new PlatformException(ErrorCode.UNAVAILABLE, "the routes are not loaded yet");
        }
        return new HealthResponse(true, true);
    }

    @GET
    @Path("models")
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public ModelsResponse models() {
        return new ModelsResponse(routes.names());
    }

    @GET
    @Path(MODEL)
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public ModelMetadataResponse metadata(@PathParam("model") String model) {
        Route route = routes.get(model);
        return ModelMetadataResponse.of(route, route.firstArm());
    }

    @GET
    @Path(VERSION)
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public ModelMetadataResponse metadata(@PathParam("model") String model, @PathParam("version") String version) {
        return ModelMetadataResponse.of(routes.get(model), Versions.find(routes.get(model), version));
    }

    @GET
    @Path(MODEL + "/config")
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public ModelConfigResponse configuration(@PathParam("model") String model) {
        Route route = routes.get(model);
        return ModelConfigResponse.of(route, route.firstArm(), inference.maxRows());
    }

    @GET
    @Path(VERSION + "/config")
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public ModelConfigResponse configuration(@PathParam("model") String model, @PathParam("version") String version) {
        Route route = routes.get(model);
        return ModelConfigResponse.of(route, Versions.find(route, version), inference.maxRows());
    }

    @GET
    @Path(MODEL + "/ready")
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public ReadyResponse modelReady(@PathParam("model") String model) {
        return new ReadyResponse(routes.get(model).endpoint(), true);
    }

    @GET
    @Path(VERSION + "/ready")
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public ReadyResponse modelReady(@PathParam("model") String model, @PathParam("version") String version) {
        Versions.find(routes.get(model), version);
        return new ReadyResponse(model, true);
    }

    @GET
    @Path("models/stats")
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public StatisticsResponse statistics() {
        return StatisticsResponse.of(
                routes.names().stream().filter(routes::serves).map(routes::get).toList());
    }

    @GET
    @Path(MODEL + "/stats")
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public StatisticsResponse statistics(@PathParam("model") String model) {
        return StatisticsResponse.of(List.of(routes.get(model)));
    }

    @GET
    @Path(VERSION + "/stats")
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public StatisticsResponse statistics(@PathParam("model") String model, @PathParam("version") String version) {
        Route route = routes.get(model);
        return StatisticsResponse.of(route, Versions.find(route, version).version());
    }
}
