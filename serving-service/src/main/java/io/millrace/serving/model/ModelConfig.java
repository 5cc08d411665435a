package io.millrace.serving.model;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Loading of models. */
@ConfigMapping(prefix = "millrace.serving.model")
interface ModelConfig {

    /** This service's own folder; models are kept under {@code models} in it. */
    @WithDefault("${millrace.data-dir:.millrace/serving}")
    Path dataDir();

    /** Versions loaded at the same time. */
    @WithDefault("2")
    @Min(1)
    @Max(16)
    int loaders();

    /** Largest version, all files together, in bytes. */
    @WithDefault("2147483648")
    @Min(1)
    long maxBytes();

    /** Predictions made before a version is routed to, over and over with the rows of {@link WarmUp}. */
    @WithDefault("50")
    @Min(1)
    @Max(10_000)
    int warmUp();

    /**
     * Memory that versions may hold together, by their own estimate. A version past it is not loaded; absent: no bound.
     */
    Optional<MemorySize> memory();

    /** Versions kept in memory although no arm serves them any more, those used last, so that going back is at once. */
    @WithDefault("2")
    @Min(0)
    @Max(1000)
    int spares();

    /**
     * PEM file with the public keys whose signature a version must carry. Without it signatures are not asked for, only
     * digests.
     */
    Optional<Path> trustedKeys();

    /**
     * The only servers that an external model may send rows to, as {@code http://host:port}. Without it such a version is
     * not loaded.
     */
    Optional<Set<String>> externalServers();

    /**
     * Folder with a sub-folder of jars for each model format that this deployment adds, see {@code docs/formats.md}. Without
     * it there are those that come with the service.
     */
    @WithDefault("${millrace.formats.folder:}")
    Optional<Path> formats();

    /** Pause before a failed version is tried again; doubled each time. */
    @WithDefault("1s")
    Duration retry();

    /** Longest pause before a failed version is tried again. */
    @WithDefault("1m")
    Duration retryMax();

    /** Versions kept on disk beside those in use, so that going back is quick. */
    @WithDefault("10")
    @Min(0)
    @Max(1000)
    int keep();
}
