package io.millrace.serving.door;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;

/** How requests for predictions are taken in. */
@ConfigMapping(prefix = "millrace.serving.door")
interface DoorConfig {

    /**
     * An endpoint whose small requests take at most this long, as measured, is answered on the event loop; another one on a
     * worker thread, so that it holds up nobody.
     */
    @WithName("inline-bound")
    @WithDefault("PT0.001S")
    Duration inlineBound();

    /** A larger body is read and answered on a worker thread whatever the endpoint. */
    @WithName("inline-body")
    @WithDefault("16K")
    MemorySize inlineBody();

    /** Whether short calls are answered where a connection's requests are decoded, past Quarkus and Vert.x. */
    @WithName("fast-path")
    @WithDefault("true")
    boolean fastPath();

    /** Answers from this size are compressed when the caller takes that. */
    @WithName("compress-from")
    @WithDefault("4K")
    MemorySize compressFrom();
}
