package io.millrace.serving.openinference;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Column;
import io.millrace.serving.door.DoorAnswer;
import io.millrace.serving.door.DoorPath;
import io.millrace.serving.door.DoorRequest;
import io.millrace.serving.door.FrontDoor;
import io.millrace.serving.inference.InferenceQuery;
import io.millrace.serving.inference.InferenceService;
import io.millrace.serving.openinference.tensor.BinaryPart;
import io.millrace.serving.route.Route;
import io.millrace.serving.route.RouteTable;
import io.millrace.serving.route.ServedArm;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The infer call, with JSON and binary tensors. A Content-Type counts for nothing. */
@ApplicationScoped
class InferDoor implements FrontDoor {

    private final InferenceService inference;
    private final RouteTable routes;

    InferDoor(InferenceService inference, RouteTable routes) {
        this.inference = inference;
        this.routes = routes;
    }

    @Override
    public List<DoorPath> paths() {
        return List.of(
                new DoorPath("/v2/models/{}/infer", http -> infer(http, null)),
                new DoorPath("/v2/models/{}/versions/{}/infer", http -> infer(http, http.name(1))));
    }

    private DoorAnswer infer(DoorRequest http, @Nullable String version) {
        // An unknown name is a 404 whatever the body says.
        Route route = routes.get(http.name(0));
        ServedArm arm = version == null ? route.firstArm() : Versions.find(route, version);
        OpenInferenceRequest request = read(http, arm);
        return InferAnswer.of(
                inference.predict(new InferenceQuery(
                        route.endpoint(),
                        version == null ? null : arm.version(),
                        request.inputs(),
                        request.key(),
                        request.timestamp(),
                        http.requestId(),
                        http::header)),
                request);
    }

    private static OpenInferenceRequest read(DoorRequest http, ServedArm arm) {
        String header = http.header(InferAnswer.HEADER);
        byte[] body = http.body();
        if (header == null) {
            return OpenInferenceRequest.read(body, body.length, BinaryPart.none());
        }
        int length;
        try {
            length = Integer.parseInt(header.strip());
        } catch (NumberFormatException e) {
            length = -1;
        }
        if (length < 0 || length > body.length) {
            throw PlatformException.invalid(
                    "", InferAnswer.HEADER + " must be a number of bytes from 0 to the body's " + body.length);
        }
        if (length == 0) {
            return OpenInferenceRequest.raw(body, only(arm));
        }
        return OpenInferenceRequest.read(
                body, length, BinaryPart.of(ByteBuffer.wrap(body, length, body.length - length)));
    }

    private static Column only(ServedArm arm) {
        List<Column> columns = arm.model().signature().inputs();
        if (columns.size() != 1) {
            throw PlatformException.invalid(
                    "", "a raw request needs a model with one input, this one has " + columns.size());
        }
        return columns.get(0);
    }
}
