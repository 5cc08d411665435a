package io.millrace.common.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/** Leaves out of each connection what no service speaks: WebSocket, whose compression looks at every request and answer. */
@Singleton
class HttpOptions implements HttpServerOptionsCustomizer {

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        plain(options);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        plain(options);
    }

    private static void plain(HttpServerOptions options) {
        options.setPerFrameWebSocketCompressionSupported(false).setPerMessageWebSocketCompressionSupported(false);
    }
}
