package io.millrace.common.http;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;

/** A chunked body says no length beforehand; it is counted while it is read. Public for generated classes. */
@Provider
public class BodyLimit implements ReaderInterceptor {

    private final RoutingContext request;

    /** Made on first use: the configuration is not there yet when this is. */
    private final HttpFilters filters;

    BodyLimit(RoutingContext request, HttpFilters filters) {
        this.request = request;
        this.filters = filters;
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        if (BodySize.declared(request.request()) < 0) {
            long limit = filters.limitOf(request);
            context.setInputStream(new LimitedInput(context.getInputStream(), limit, () -> BodySize.tooLarge(limit)));
        }
        return context.proceed();
    }
}
