package io.millrace.serving.openinference.grpc;

import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Listens for gRPC. Started with the service, stopped after the calls that run have ended. */
@ApplicationScoped
class GrpcServer {

    private static final Logger LOG = Logger.getLogger(GrpcServer.class);
    private static final long STOP_SECONDS = 10;
    private static final int ABOVE_HTTP = 1000;

    private final GrpcConfig config;
    private final int httpPort;
    private final GrpcAccess access;
    private final GrpcCalls calls;
    private @Nullable Server server;
    private @Nullable ThreadPoolExecutor threads;

    GrpcServer(
            GrpcConfig config,
            GrpcAccess access,
            GrpcCalls calls,
            @ConfigProperty(name = "quarkus.http.port") int httpPort) {
        this.config = config;
        this.httpPort = httpPort;
        this.access = access;
        this.calls = calls;
    }

    void start(@Observes StartupEvent event) {
        if (!config.enabled()) {
            return;
        }
        threads = new ThreadPoolExecutor(
                config.threads(), config.threads(), 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "grpc");
                    thread.setDaemon(true);
                    return thread;
                });
        int port = config.port().orElse(httpPort + ABOVE_HTTP);
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(config.host(), port))
                    .executor(threads)
                    .maxInboundMessageSize(
                            (int) Math.min(config.maxMessageSize().asLongValue(), Integer.MAX_VALUE))
                    .maxConcurrentCallsPerConnection(config.callsPerConnection())
                    .addService(ServerInterceptors.intercept(calls, access))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("gRPC cannot listen at " + config.host() + ":" + port, e);
        }
        LOG.infof("gRPC listens port=%d", server.getPort());
    }

    /** The port that is listened at. */
    int port() {
        Server running = server;
        if (running == null) {
            throw new IllegalStateException("gRPC is not enabled");
        }
        return running.getPort();
    }

    @PreDestroy
    void stop() {
        Server running = server;
        if (running != null) {
            try {
                if (!running.shutdown().awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                    running.shutdownNow();
                }
            } catch (InterruptedException e) {
                running.shutdownNow();
                Thread.currentThread().interrupt();
            }
        }
        ThreadPoolExecutor pool = threads;
        if (pool != null) {
            pool.shutdownNow();
        }
    }
}
