package io.millrace.pipeline.evaluation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** How versions are opened that are compared. */
@ConfigMapping(prefix = "millrace.pipeline.evaluation")
interface EvaluationConfig {

    /** As serving's setting of the same kind: a champion may be of a format that the deployment adds. */
    @WithDefault("${millrace.formats.folder:}")
    Optional<Path> formats();

    /** This service's own folder; native libraries of added formats are unpacked in it. */
    @WithDefault("${millrace.data-dir:.millrace/pipeline}")
    Path dataDir();
}
