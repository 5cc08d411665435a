package io.millrace.serving.openinference;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.RequestId;
import io.millrace.serving.inference.InferenceQuery;
import io.millrace.serving.inference.InferenceService;
import io.millrace.serving.route.Route;
import io.millrace.serving.route.RouteTable;
import io.millrace.serving.route.ServedArm;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Open Inference over REST: a model is an endpoint, a version one that the endpoint serves. */
@Path("/v2")
@Produces(MediaType.APPLICATION_JSON)
class OpenInferenceResource {

    private static final String MODEL = "models/{model}";
    private static final String VERSION = MODEL + "/versions/{version:[0-9]{1,9}}";

    private final InferenceService inference;
    private final RouteTable routes;
    private final RoutingContext http;
    private final String release;

    OpenInferenceResource(
            InferenceService inference,
            RouteTable routes,
            RoutingContext http,
            @ConfigProperty(name = "quarkus.application.version") String release) {
        this.inference = inference;
        this.routes = routes;
        this.http = http;
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
        return new ServerResponse("millrace", release, List.of());
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
    public ModelMetadataResponse metadata(@PathParam("model") String model, @PathParam("version") int version) {
        return ModelMetadataResponse.of(routes.get(model), arm(model, version));
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
    public ReadyResponse modelReady(@PathParam("model") String model, @PathParam("version") int version) {
        arm(model, version);
        return new ReadyResponse(model, true);
    }

    @POST
    @Path(MODEL + "/infer")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed(Roles.PREDICTOR)
    public InferResponse infer(
            @PathParam("model") String model,
            @HeaderParam("Inference-Header-Content-Length") @Nullable String binary,
            byte @Nullable [] body) {
        return infer(model, null, binary, body);
    }

    @POST
    @Path(VERSION + "/infer")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed(Roles.PREDICTOR)
    public InferResponse infer(
            @PathParam("model") String model,
            @PathParam("version") int version,
            @HeaderParam("Inference-Header-Content-Length") @Nullable String binary,
            byte @Nullable [] body) {
        return infer(model, Integer.valueOf(version), binary, body);
    }

    private InferResponse infer(
            String model, @Nullable Integer version, @Nullable String binary, byte @Nullable [] body) {
        // An unknown name is a 404 whatever the body says.
        routes.get(model);
        if (version != null) {
            arm(model, version);
        }
        if (binary != null) {
            throw PlatformException.invalid("", "binary tensor data is not supported, send data as JSON");
        }
        OpenInferenceRequest request = OpenInferenceRequest.read(body);
        return InferResponse.of(
                inference.predict(new InferenceQuery(
                        model,
                        version,
                        request.inputs(),
                        request.key(),
                        request.timestamp(),
                        String.valueOf(RequestId.of(http)))),
                request);
    }

    private ServedArm arm(String model, int version) {
        return routes.get(model)
                .findVersion(version)
                .orElseThrow(() -> PlatformException.notFound("version of " + model, String.valueOf(version)));
    }
}
