package io.millrace.serving.mlflow;

import io.millrace.common.error.PlatformException;
import io.millrace.serving.door.DoorAnswer;
import io.millrace.serving.door.DoorPath;
import io.millrace.serving.door.DoorRequest;
import io.millrace.serving.door.FrontDoor;
import io.millrace.serving.inference.InferenceQuery;
import io.millrace.serving.inference.InferenceService;
import io.millrace.serving.route.RouteTable;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The scoring call: of one endpoint by its name, or of the process as MLflow's and SageMaker's containers have it. */
@ApplicationScoped
class ScoringDoor implements FrontDoor {

    /** Names the model of a container with several. */
    private static final String TARGET = "X-Amzn-SageMaker-Target-Model";

    private final InferenceService inference;
    private final RouteTable routes;
    private final ScoringConfig config;

    ScoringDoor(InferenceService inference, RouteTable routes, ScoringConfig config) {
        this.inference = inference;
        this.routes = routes;
        this.config = config;
    }

    @Override
    public List<DoorPath> paths() {
        return List.of(
                new DoorPath("/invocations", http -> score(http, only(http))),
                new DoorPath("/endpoints/{}/invocations", http -> score(http, http.name(0))),
                new DoorPath("/gateway/{}/invocations", http -> score(http, http.name(0))));
    }

    private DoorAnswer score(DoorRequest http, String endpoint) {
        // An unknown name is a 404 whatever the body says.
        routes.get(endpoint);
        ScoringRequest request = ScoringRequest.read(http.header("Content-Type"), http.body());
        return DoorAnswer.json(ScoringAnswer.of(inference.predict(new InferenceQuery(
                endpoint, null, request.inputs(), request.key(), null, http.requestId(), http::header))));
    }

    private String only(DoorRequest http) {
        String target = http.header(TARGET);
        if (target != null) {
            return target;
        }
        return config.endpoint().orElseGet(() -> {
            List<String> names = routes.names();
            if (names.size() == 1) {
                return names.get(0);
            }
            throw PlatformException.notFound(
                    "endpoint for /invocations",
                    names.isEmpty()
                            ? "there is none yet"
                            : "there are several, call /endpoints/NAME/invocations or set millrace.serving.scoring.endpoint");
        });
    }
}
