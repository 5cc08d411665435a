package io.millrace.serving.export;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;

/** Limits of an export. */
@ConfigMapping(prefix = "millrace.serving.export")
interface ExportConfig {

    /** This service's own folder; a file is written there before it is sent. */
    @WithDefault("${millrace.data-dir:.millrace/serving}")
    Path dataDir();

    /** Longest range of time. */
    @WithDefault("P31D")
    Duration maxRange();

    /** Most rows. */
    @WithDefault("1000000")
    @Min(1)
    @Max(100_000_000)
    long maxRows();

    /** Exports at the same time; further ones are answered 429. */
    @WithDefault("1")
    @Min(1)
    @Max(16)
    int concurrent();
}
