package io.millrace.registry.manifest;

import io.millrace.common.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

/** Signed manifests, and the key to check them with. */
@Path("/api/v1/signing-key")
class ManifestResource {

    private final ManifestService manifests;

    ManifestResource(ManifestService manifests) {
        this.manifests = manifests;
    }

    @GET
    @Produces("application/x-pem-file")
    @RolesAllowed(Roles.VIEWER)
    public String key() {
        return manifests.publicKey();
    }
}
