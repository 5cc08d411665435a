package io.millrace.benchmarks.model;

import java.io.IOException;

/** A model, and what answers for it: arrays, Tribuo's objects, a session of ONNX Runtime. */
public enum Form {
    LOGISTIC_COMPILED,
    LOGISTIC_TRIBUO,
    FOREST_COMPILED,
    FOREST_TRIBUO,
    BOOSTED_COMPILED,
    BOOSTED_TRIBUO,
    ONNX_FOREST_COMPILED,
    ONNX_FOREST_SESSION,
    LIGHTGBM_COMPILED;

    /** Trains, which takes seconds. */
    Subject make() throws IOException {
        return switch (this) {
            case LOGISTIC_COMPILED -> TribuoSubject.logistic().compiled();
            case LOGISTIC_TRIBUO -> TribuoSubject.logistic().tribuo();
            case FOREST_COMPILED -> TribuoSubject.forest().compiled();
            case FOREST_TRIBUO -> TribuoSubject.forest().tribuo();
            case BOOSTED_COMPILED -> TribuoSubject.boosted().compiled();
            case BOOSTED_TRIBUO -> TribuoSubject.boosted().tribuo();
            case ONNX_FOREST_COMPILED -> FileSubject.onnx(true);
            case ONNX_FOREST_SESSION -> FileSubject.onnx(false);
            case LIGHTGBM_COMPILED -> FileSubject.lightgbm();
        };
    }
}
