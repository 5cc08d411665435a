/** The MLflow REST API over the other features; nothing depends on it. Owns no table. */
@NullMarked
package io.millrace.registry.mlflow;

import org.jspecify.annotations.NullMarked;
