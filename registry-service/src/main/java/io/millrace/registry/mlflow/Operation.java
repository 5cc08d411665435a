package io.millrace.registry.mlflow;

import java.util.function.Function;

/**
 * One operation of MLflow's REST API.
 *
 * @param method HTTP method
 * @param path below {@code /api/2.0/mlflow/}; a part in braces is a field of the request
 * @param role who may call it
 * @param request shape of the request: a record whose fields are all nullable
 * @param handler gives the response, or {@link Operation#EMPTY}
 */
record Operation<T>(String method, String path, String role, Class<T> request, Function<T, Object> handler) {

    /** The empty message. */
    static final Object EMPTY = new Empty();

    /** A message without fields. */
    record Empty() {}

    Object carryOut(MlflowJson json, com.fasterxml.jackson.databind.node.ObjectNode message) {
        return handler.apply(json.read(message, request));
    }
}
