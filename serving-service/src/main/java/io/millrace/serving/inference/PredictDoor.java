package io.millrace.serving.inference;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.serving.door.DoorAnswer;
import io.millrace.serving.door.DoorPath;
import io.millrace.serving.door.DoorRequest;
import io.millrace.serving.door.FrontDoor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The native predict call. */
@ApplicationScoped
class PredictDoor implements FrontDoor {

    private final InferenceService inference;

    PredictDoor(InferenceService inference) {
        this.inference = inference;
    }

    @Override
    public List<DoorPath> paths() {
        return List.of(new DoorPath("/api/v1/endpoints/{}/predict", this::predict));
    }

    private DoorAnswer predict(DoorRequest http) {
        String type = http.header("Content-Type");
        if (type == null || !type.regionMatches(true, 0, "application/json", 0, 16)) {
            throw new PlatformException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The Content-Type " + type + " is not accepted here");
        }
        PredictRequest request = PredictRequest.read(http.body());
        String given = request.requestId();
        return DoorAnswer.json(PredictAnswer.of(inference.predict(new InferenceQuery(
                http.name(0),
                null,
                request.rows(),
                request.key(),
                request.timestamp(),
                given == null ? http.requestId() : given,
                http::header))));
    }
}
