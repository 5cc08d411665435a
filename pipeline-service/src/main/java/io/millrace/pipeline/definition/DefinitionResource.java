package io.millrace.pipeline.definition;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.common.http.PageToken;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/pipelines")
class DefinitionResource {

    private final DefinitionService definitions;
    private final SecurityIdentity caller;
    private final Clock clock;

    DefinitionResource(DefinitionService definitions, SecurityIdentity caller, Clock clock) {
        this.definitions = definitions;
        this.caller = caller;
        this.clock = clock;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Page<DefinitionResponse> list(
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        String after = pageToken == null ? "" : PageToken.decode(pageToken, 1).get(0);
        List<Definition> found = definitions.list(after, Page.checkedSize(pageSize) + 1);
        return Page.of(found, pageSize, d -> List.of(d.name()))
                .map(d -> DefinitionResponse.of(d, clock.instant(), false));
    }

    @GET
    @Path("{name}")
    @RolesAllowed(Roles.VIEWER)
    public DefinitionResponse get(String name) {
        return DefinitionResponse.of(definitions.get(name), clock.instant(), true);
    }

    @PUT
    @Path("{name}")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed(Roles.ENGINEER)
    public DefinitionResponse save(String name, @Nullable String yaml) {
        Definition saved =
                definitions.save(name, body(yaml), caller.getPrincipal().getName());
        return DefinitionResponse.of(saved, clock.instant(), false);
    }

    /** Explains a definition and saves nothing. */
    @POST
    @Path("{name}/plan")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed(Roles.ENGINEER)
    public PlanResponse plan(String name, @Nullable String yaml) {
        return PlanResponse.of(SpecReader.read(body(yaml)), clock.instant());
    }

    private static String body(@Nullable String yaml) {
        if (yaml == null || yaml.isBlank()) {
            throw PlatformException.invalid("", "a YAML body is required");
        }
        return yaml;
    }
}
