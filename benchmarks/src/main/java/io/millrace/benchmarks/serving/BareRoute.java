package io.millrace.benchmarks.serving;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.Instrumentation;

/**
 * The yardstick: an agent that opens a bare Vert.x server in the process of the service. It reads the same JSON token by token
 * and answers as much text, without a model, a route, a log or a meter.
 */
public final class BareRoute extends AbstractVerticle {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();
    private static final String ANSWER =
            "{\"model_name\":\"credit\",\"model_version\":\"1\",\"parameters\":{\"arm\":\"control\","
                    + "\"prediction_ids\":\"0199f0c2-0000-7000-8000-000000000000\"},\"outputs\":[{\"name\":\"probability\","
                    + "\"datatype\":\"FP64\",\"shape\":[1],\"data\":[%s]},{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[1],"
                    + "\"data\":[\"1\"]}]}";
    private static final String[] PARTS = ANSWER.split("%s");

    private final int port;

    private BareRoute(int port) {
        this.port = port;
    }

    /** Called by the JVM of the service. */
    public static void premain(String port, Instrumentation unused) {
        // As the service itself does.
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true))
                .deployVerticle(
                        () -> new BareRoute(Integer.parseInt(port)),
                        new DeploymentOptions()
                                .setInstances(2 * Runtime.getRuntime().availableProcessors()));
    }

    @Override
    public void start() {
        vertx.createHttpServer()
                .requestHandler(request -> request.body()
                        .onSuccess(body -> request.response()
                                .putHeader("Content-Type", "application/json")
                                .end(Buffer.buffer(answer(body.getBytes())))))
                .listen(port, "127.0.0.1");
    }

    private static String answer(byte[] body) {
        double[] numbers = new double[64];
        int count = 0;
        try (JsonParser json = JSON.createParser(body)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token.isNumeric() && count < numbers.length) {
                    numbers[count++] = json.getDoubleValue();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return PARTS[0] + numbers[count / 2] + PARTS[1];
    }
}
