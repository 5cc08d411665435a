package io.millrace.registry.bundle;

import io.millrace.common.auth.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Models that come as files; for administrators to let in. */
@Path("/api/v1/bundles")
class BundleResource {

    private final BundleImportService imports;
    private final BundleReader reader;
    private final SecurityIdentity caller;

    BundleResource(BundleImportService imports, BundleReader reader, SecurityIdentity caller) {
        this.imports = imports;
        this.reader = reader;
        this.caller = caller;
    }

    /** Takes a bundle; with {@code as} under another name. */
    @POST
    @Consumes({"application/zip", MediaType.APPLICATION_OCTET_STREAM})
    @ResponseStatus(201)
    @RolesAllowed(Roles.ADMIN)
    public ImportReport add(@QueryParam("as") @Nullable String as, InputStream content) {
        try (Bundle bundle = reader.read(content)) {
            return imports.add(bundle, as, caller.getPrincipal().getName());
        }
    }
}
