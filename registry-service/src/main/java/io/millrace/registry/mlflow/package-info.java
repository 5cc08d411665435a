/**
 * MLflow's REST API over the registry's services: what the existing clients of a team speak. A way in, without rules of its
 * own: it reads protobuf's JSON, calls one service method, and writes MLflow's JSON.
 */
@NullMarked
package io.millrace.registry.mlflow;

import org.jspecify.annotations.NullMarked;
