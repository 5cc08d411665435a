package io.millrace.serving.openinference;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Makes the Content-Type of requests under {@code /v2/} count for nothing. Real clients send none, {@code
 * application/octet-stream} or {@code text/plain} with a JSON body, and curl a form's; none of them may get a 415. Answers
 * say {@code application/json} without a charset, the only form in which KServe's client reads an error.
 */
@ApplicationScoped
class ContentTypeFilter {

    private static final int AFTER_COMMON = 900;
    private static final String JSON = "application/json";
    private static final String ANY = "application/octet-stream";

    void register(@Observes Filters filters) {
        filters.register(ContentTypeFilter::replace, AFTER_COMMON);
    }

    private static void replace(RoutingContext context) {
        if (context.normalizedPath().startsWith("/v2")) {
            if (context.request().method() == HttpMethod.POST) {
                context.request().headers().set(HttpHeaders.CONTENT_TYPE, ANY);
            }
            context.addHeadersEndHandler(end -> plain(context));
        }
        context.next();
    }

    private static void plain(RoutingContext context) {
        String type = context.response().headers().get(HttpHeaders.CONTENT_TYPE);
        if (type != null && type.startsWith(JSON)) {
            context.response().putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        }
    }
}
