/**
 * MLflow's scoring protocol, which is also SageMaker's container contract: {@code /invocations} and {@code /ping}. A facade
 * over {@code inference}; owns nothing and nothing depends on it. {@code docs/serving-protocols.md} has examples.
 */
@NullMarked
package io.millrace.serving.mlflow;

import org.jspecify.annotations.NullMarked;
