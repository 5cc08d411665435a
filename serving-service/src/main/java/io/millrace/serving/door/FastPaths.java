package io.millrace.serving.door;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.common.auth.Roles;
import io.millrace.common.auth.TokenGate;
import io.millrace.serving.accesslog.AccessLogConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.Http1xServerConnection;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Gives connections that ask for predictions their {@link FastPath}. None has one while requests are traced or written to the
 * access log: both are done by what the fast path goes past.
 */
@Singleton
class FastPaths {

    private final DoorCalls calls;
    private final TokenGate tokens;
    private final boolean on;
    private final LongAdder answered = new LongAdder();

    FastPaths(
            DoorCalls calls,
            TokenGate tokens,
            DoorConfig config,
            MeterRegistry meters,
            AccessLogConfig accessLog,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "false") boolean untraced) {
        this.calls = calls;
        this.tokens = tokens;
        this.on = config.fastPath() && untraced && accessLog.sample() <= 0;
        FunctionCounter.builder("millrace.serving.fast.requests", answered, LongAdder::sum)
                .description("Requests for predictions answered by the fast path of their connection")
                .register(meters);
    }

    /**
     * Vert.x has a request for a prediction whose caller is known: the ones that follow on its connection may be answered faster.
     * On the connection's event loop.
     */
    void offer(HttpServerRequest request) {
        if (!on || !(request.connection() instanceof Http1xServerConnection connection)) {
            return;
        }
        ChannelPipeline pipeline = connection.channel().pipeline();
        FastPath known = pipeline.get(FastPath.class);
        if (known != null) {
            known.begun(request.headers());
            return;
        }
        ChannelHandlerContext encoder = pipeline.context(HttpResponseEncoder.class);
        if (encoder != null) {
            pipeline.addBefore(
                    connection.channelHandlerContext().name(),
                    null,
                    new FastPath(calls, header -> tokens.knows(header, Roles.PREDICTOR), answered, encoder));
        }
    }
}
