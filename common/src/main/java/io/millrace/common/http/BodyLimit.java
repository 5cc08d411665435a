package io.millrace.common.http;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

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
        if (HttpFilters.length(request) < 0) {
            context.setInputStream(new Counted(context.getInputStream(), filters.limit(request)));
        }
        return context.proceed();
    }

    static PlatformException tooLarge(long limit) {
        return new PlatformException(
                ErrorCode.PAYLOAD_TOO_LARGE, "The body is too large: at most " + limit + " bytes are accepted here");
    }

    private static final class Counted extends FilterInputStream {

        private final long limit;
        private long count;

        Counted(InputStream in, long limit) {
            super(in);
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            count(Math.max(read, 0));
            return read;
        }

        private void count(int read) {
            count += read;
            if (count > limit) {
                throw tooLarge(limit);
            }
        }
    }
}
