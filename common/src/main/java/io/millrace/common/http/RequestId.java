package io.millrace.common.http;

import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The id that one request carries through every log line, answer and call it causes. */
public final class RequestId {

    /** Header in both directions. */
    public static final String HEADER = "X-Request-Id";

    private static final String KEY = "millrace.request-id";
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    private RequestId() {}

    /** Gives a request its id. */
    static String assign(RoutingContext context) {
        String id = keptOrMade(context.request().getHeader(HEADER));
        context.put(KEY, id);
        return id;
    }

    /** The caller's id when it is harmless, else a new one. */
    public static String keptOrMade(@Nullable String given) {
        return given != null && VALID.matcher(given).matches() ? given : made();
    }

    /** A UUID of version 4. It tells requests apart and is no secret, so a fast random source will do. */
    private static String made() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (random.nextLong() & ~0xf000L) | 0x4000L;
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    /** The id of a request, or null outside of one. */
    public static @Nullable String of(RoutingContext context) {
        return context.get(KEY);
    }
}
