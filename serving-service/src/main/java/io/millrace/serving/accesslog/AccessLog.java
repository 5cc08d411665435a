package io.millrace.serving.accesslog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.http.RequestId;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;

/** Writes an object of JSON for a request when its answer has gone out: no body, no header, no query. */
@ApplicationScoped
class AccessLog {

    private static final Logger LOG = Logger.getLogger("io.millrace.access");

    /** Right after the request has got its id. */
    private static final int EARLY = 950;

    private final ObjectMapper json;
    private final double sample;

    AccessLog(ObjectMapper json, AccessLogConfig config) {
        this.json = json;
        this.sample = config.sample();
    }

    void register(@Observes Filters filters) {
        if (sample > 0) {
            filters.register(this::enter, EARLY);
        }
    }

    private void enter(RoutingContext context) {
        long started = System.nanoTime();
        boolean chosen = ThreadLocalRandom.current().nextDouble() < sample;
        context.addEndHandler(sent -> {
            int status = context.response().getStatusCode();
            if (chosen || status >= 500) {
                LOG.info(line(context, status, (System.nanoTime() - started) / 1000));
            }
        });
        context.next();
    }

    private String line(RoutingContext context, int status, long micros) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("requestId", String.valueOf(RequestId.of(context)));
        fields.put("method", context.request().method().name());
        fields.put("path", String.valueOf(context.request().path()));
        fields.put("status", status);
        fields.put("micros", micros);
        fields.put("bytesIn", context.request().bytesRead());
        fields.put("bytesOut", context.response().bytesWritten());
        try {
            return json.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers are always JSON", e);
        }
    }
}
