package io.millrace.registry.token;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/tokens")
@RolesAllowed(Roles.ADMIN)
class TokenResource {

    private final TokenService tokens;

    TokenResource(TokenService tokens) {
        this.tokens = tokens;
    }

    @GET
    public Page<Token> list() {
        return new Page<>(tokens.list(), null);
    }

    @POST
    @ResponseStatus(201)
    public CreatedTokenResponse create(@Nullable CreateTokenRequest request) {
        if (request == null) {
            throw PlatformException.invalid("", "a JSON body is required");
        }
        return tokens.create(request.name(), request.roles(), request.groups(), request.expiresAt());
    }

    @DELETE
    @Path("{id}")
    public void revoke(UUID id) {
        tokens.revoke(id);
    }
}
