package io.millrace.serving.mlflow;

import io.millrace.common.error.PlatformException;
import io.millrace.serving.route.RouteTable;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What MLflow's client and SageMaker ask before they send work. */
@Path("/")
@PermitAll
@Produces(MediaType.APPLICATION_JSON)
class ScoringHealthResource {

    private final RouteTable routes;
    private final ScoringConfig config;

    ScoringHealthResource(RouteTable routes, ScoringConfig config) {
        this.routes = routes;
        this.config = config;
    }

    @GET
    @Path("ping")
    public String ping() {
        if (!routes.ready()) {
            throw PlatformException.unavailable("the routes are not loaded yet");
        }
        return "\n";
    }

    @GET
    @Path("health")
    public String health() {
        return ping();
    }

    /** Plain text under the name of JSON, as MLflow answers. */
    @GET
    @Path("version")
    public String version() {
        return config.mlflowVersion();
    }
}
