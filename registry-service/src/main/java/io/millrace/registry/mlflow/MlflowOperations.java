package io.millrace.registry.mlflow;

import java.util.List;

/** Some of the operations, by subject. */
interface MlflowOperations {

    List<Operation<?>> operations();
}
