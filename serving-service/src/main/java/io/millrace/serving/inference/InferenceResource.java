package io.millrace.serving.inference;

import io.millrace.common.auth.Roles;
import io.millrace.common.http.RequestId;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** The native predict call. */
@Path("/api/v1/endpoints/{name}/predict")
class InferenceResource {

    private final InferenceService inference;
    private final RoutingContext http;

    InferenceResource(InferenceService inference, RoutingContext http) {
        this.inference = inference;
        this.http = http;
    }

    @POST
    @RolesAllowed(Roles.PREDICTOR)
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public PredictResponse predict(@PathParam("name") String name, byte @Nullable [] body) {
        PredictRequest request = PredictRequest.read(body);
        String requestId = request.requestId() == null ? String.valueOf(RequestId.of(http)) : request.requestId();
        return PredictResponse.of(inference.predict(
                new InferenceQuery(name, null, request.rows(), request.key(), request.timestamp(), requestId)));
    }
}
