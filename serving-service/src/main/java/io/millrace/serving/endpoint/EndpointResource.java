package io.millrace.serving.endpoint;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.common.http.PageToken;
import io.millrace.serving.guard.GuardTable;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Endpoints as people define them. */
@Path("/api/v1/endpoints")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
class EndpointResource {

    private static final int MAX_PAGE = 1000;

    private final EndpointService endpoints;
    private final ArmStatuses statuses;
    private final GuardTable guards;
    private final SecurityIdentity caller;

    EndpointResource(EndpointService endpoints, ArmStatuses statuses, GuardTable guards, SecurityIdentity caller) {
        this.endpoints = endpoints;
        this.statuses = statuses;
        this.guards = guards;
        this.caller = caller;
    }

    @PUT
    @Path("{name}")
    @RolesAllowed(Roles.ENGINEER)
    public EndpointResponse put(@PathParam("name") String name, @Nullable PutEndpointRequest request) {
        PutEndpointRequest.checkName(name);
        if (request == null) {
            throw PlatformException.invalid("", "a body with arms is required");
        }
        String causedBy = request.causedBy() == null ? user() : request.causedBy();
        return EndpointResponse.of(endpoints.put(name, request.definition(), causedBy), statuses, guards);
    }

    @GET
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public Page<EndpointResponse> list(
            @QueryParam("pageToken") @Nullable String pageToken,
            @QueryParam("pageSize") @DefaultValue("100") int pageSize) {
        if (pageSize < 1 || pageSize > MAX_PAGE) {
            throw PlatformException.invalid("/pageSize", "must be from 1 to " + MAX_PAGE);
        }
        String after = pageToken == null ? "" : PageToken.decode(pageToken, 1).get(0);
        return Page.of(endpoints.list(after, pageSize + 1), pageSize, endpoint -> List.of(endpoint.name()))
                .map(endpoint -> EndpointResponse.of(endpoint, statuses, guards));
    }

    @GET
    @Path("{name}")
    @RolesAllowed({Roles.VIEWER, Roles.PREDICTOR})
    public EndpointResponse get(@PathParam("name") String name) {
        return EndpointResponse.of(endpoints.get(name), statuses, guards);
    }

    @DELETE
    @Path("{name}")
    @RolesAllowed(Roles.ENGINEER)
    public void delete(@PathParam("name") String name) {
        endpoints.delete(name, user());
    }

    private String user() {
        return "user:" + caller.getPrincipal().getName();
    }
}
