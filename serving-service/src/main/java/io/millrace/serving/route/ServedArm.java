package io.millrace.serving.route;

import io.millrace.serving.model.ModelHandle;

/** An arm with the loaded version that answers for it now. */
public record ServedArm(String name, ModelHandle model, ArmMeters meters) {

    public int version() {
        return model.id().version();
    }
}
