/** MLflow's model folders: the {@code MLmodel} file says which other format reads the model, and what its columns are. */
@NullMarked
package io.millrace.runtime.mlflow;

import org.jspecify.annotations.NullMarked;
