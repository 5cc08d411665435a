package io.millrace.registry.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.idempotency.IdempotencyService;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Every operation of MLflow's REST API; {@link MlflowPaths} brings its twins here. Each checks the caller's role itself. */
@Path("/api/2.0/mlflow/{operation: .+}")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.VIEWER)
class MlflowResource {

    private final MlflowApi api;
    private final MlflowJson json;

    MlflowResource(MlflowApi api, MlflowJson json) {
        this.api = api;
        this.json = json;
    }

    @GET
    @Operation(summary = "An MLflow operation that reads; docs/registry.md lists them")
    public byte[] get(String operation, UriInfo uri, byte @Nullable [] body) {
        var query = uri.getQueryParameters();
        ObjectNode message = query.isEmpty() && body != null ? json.parse(body) : json.parse(query);
        return api.call("GET", operation, message, null);
    }

    @POST
    @Operation(summary = "An MLflow operation that writes or searches; docs/registry.md lists them")
    public byte[] post(
            String operation,
            @HeaderParam("Content-Type") @Nullable String contentType,
            @HeaderParam(IdempotencyService.HEADER) @Nullable String key,
            byte @Nullable [] body) {
        String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        if (!type.split(";", 2)[0].strip().equals(MediaType.APPLICATION_JSON)) {
            throw PlatformException.invalid(
                    "",
                    "Bad Request. Content-Type should be 'application/json', not "
                            + (contentType == null ? "absent" : "'" + contentType + "'"));
        }
        return api.call("POST", operation, parse(body), key);
    }

    @PATCH
    @Operation(summary = "An MLflow operation that changes; docs/registry.md lists them")
    public byte[] patch(
            String operation, @HeaderParam(IdempotencyService.HEADER) @Nullable String key, byte @Nullable [] body) {
        return api.call("PATCH", operation, parse(body), key);
    }

    /** MLflow's clients send the fields of a deletion in a body. */
    @DELETE
    @Operation(summary = "An MLflow operation that deletes; docs/registry.md lists them")
    public byte[] delete(
            String operation,
            UriInfo uri,
            @HeaderParam(IdempotencyService.HEADER) @Nullable String key,
            byte @Nullable [] body) {
        boolean empty = body == null || body.length == 0;
        return api.call("DELETE", operation, empty ? json.parse(uri.getQueryParameters()) : parse(body), key);
    }

    private ObjectNode parse(byte @Nullable [] body) {
        return json.parse(body == null ? new byte[0] : body);
    }
}
