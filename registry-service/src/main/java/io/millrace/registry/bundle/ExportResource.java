package io.millrace.registry.bundle;

import io.millrace.common.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A model as a file. */
@Path("/api/v1/models/{name}/bundle")
class ExportResource {

    private final BundleExportService exports;

    ExportResource(BundleExportService exports) {
        this.exports = exports;
    }

    @GET
    @Produces("application/zip")
    @RolesAllowed(Roles.VIEWER)
    public Response export(String name) {
        Bundle bundle = exports.snapshot(name);
        StreamingOutput output = out -> {
            try (bundle) {
                exports.write(bundle, out);
            }
        };
        String file = URLEncoder.encode(name + ".zip", StandardCharsets.UTF_8).replace("+", "%20");
        return Response.ok(output)
                .header("Content-Disposition", "attachment; filename*=UTF-8''" + file)
                .build();
    }
}
