package io.millrace.serving.openinference;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Makes the Content-Type of requests under {@code /v2/} count for nothing. Real clients send none, {@code
 * application/octet-stream} or {@code text/plain} with a JSON body, and curl a form's; none of them may get a 415.
 */
@ApplicationScoped
class ContentTypeFilter {

    private static final int AFTER_COMMON = 900;
    private static final String ANY = "application/octet-stream";

    void register(@Observes Filters filters) {
        filters.register(ContentTypeFilter::replace, AFTER_COMMON);
    }

    private static void replace(RoutingContext context) {
        if (context.request().method() == HttpMethod.POST
                && context.normalizedPath().startsWith("/v2/")) {
            context.request().headers().set(HttpHeaders.CONTENT_TYPE, ANY);
        }
        context.next();
    }
}
