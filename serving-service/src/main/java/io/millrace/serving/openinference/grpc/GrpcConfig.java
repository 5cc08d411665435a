package io.millrace.serving.openinference.grpc;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.OptionalInt;

/** The Open Inference protocol over gRPC. */
@ConfigMapping(prefix = "millrace.serving.grpc")
interface GrpcConfig {

    @WithDefault("true")
    boolean enabled();

    /** The address to listen at. */
    @WithDefault("${quarkus.http.host:0.0.0.0}")
    String host();

    /** 0: any free port; absent: that of HTTP plus 1000, so 9083. */
    OptionalInt port();

    /** Largest message of a client. */
    @WithName("max-message-size")
    @WithDefault("10M")
    MemorySize maxMessageSize();

    /** Threads that answer. */
    @WithDefault("8")
    @Min(1)
    @Max(256)
    int threads();

    /** Calls that one connection may have open; its client waits with further ones. */
    @WithName("calls-per-connection")
    @WithDefault("1000")
    @Min(1)
    @Max(1_000_000)
    int callsPerConnection();
}
