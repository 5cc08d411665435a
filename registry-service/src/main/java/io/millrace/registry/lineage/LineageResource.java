package io.millrace.registry.lineage;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.Arrays;
import java.util.Locale;

/** The lineage around one thing. */
@Path("/api/v1/lineage/{kind}/{id: .+}")
class LineageResource {

    private static final int MAX_DEPTH = 10;

    private final LineageService lineage;

    LineageResource(LineageService lineage) {
        this.lineage = lineage;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public LineageGraph get(
            String kind,
            String id,
            @QueryParam("direction") @DefaultValue("both") String direction,
            @QueryParam("depth") @DefaultValue("5") int depth) {
        if (depth < 1 || depth > MAX_DEPTH) {
            throw PlatformException.invalid("/depth", "must be 1 to " + MAX_DEPTH);
        }
        Direction way = Arrays.stream(Direction.values())
                .filter(d -> d.name().toLowerCase(Locale.ROOT).equals(direction))
                .findFirst()
                .orElseThrow(() -> PlatformException.invalid("/direction", "must be one of up, down, both"));
        return lineage.around(new LineageGraph.Ref(kind, id), way, depth);
    }
}
