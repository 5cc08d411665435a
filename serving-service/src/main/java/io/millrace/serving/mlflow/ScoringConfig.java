package io.millrace.serving.mlflow;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.util.Optional;

/** MLflow's scoring protocol. */
@ConfigMapping(prefix = "millrace.serving.scoring")
interface ScoringConfig {

    /** The endpoint that answers {@code /invocations}; not needed where there is only one. */
    Optional<String> endpoint();

    /** The version of MLflow whose protocol is spoken, as {@code /version} says it. */
    @WithName("mlflow-version")
    @WithDefault("3.17.2")
    String mlflowVersion();
}
