package io.millrace.monitoring.lineage;

import io.millrace.common.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

@Path("/api/v1")
@RolesAllowed(Roles.VIEWER)
class LineageResource {

    private final LineageService lineage;

    LineageResource(LineageService lineage) {
        this.lineage = lineage;
    }

    /** Causes of any node: promotion, version, run, alert, window, endpoint. */
    @GET
    @Path("lineage/{kind}/{id: .+}")
    public CauseResponse causes(String kind, String id) {
        return lineage.causes(kind, id);
    }

    /** Why a version is, or was, where it is. */
    @GET
    @Path("why/{model}/{version: \\d{1,9}}")
    public CauseResponse why(String model, int version) {
        return lineage.why(model, version);
    }
}
