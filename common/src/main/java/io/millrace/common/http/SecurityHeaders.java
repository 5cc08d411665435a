package io.millrace.common.http;

import io.vertx.core.http.HttpHeaders;
import java.util.Map;
import java.util.function.BiConsumer;

/** Headers that keep a browser from doing with an answer what it is not meant for. */
public final class SecurityHeaders {

    /** The same in every answer, so written once. */
    private static final Map<CharSequence, CharSequence> ALWAYS = Map.of(
            HttpHeaders.createOptimized("X-Content-Type-Options"),
            HttpHeaders.createOptimized("nosniff"),
            HttpHeaders.CACHE_CONTROL,
            HttpHeaders.createOptimized("no-store"));

    /** Of pages: what is no page has nothing to frame and nothing that leads elsewhere. */
    private static final Map<CharSequence, CharSequence> ON_PAGES = Map.of(
            HttpHeaders.createOptimized("X-Frame-Options"),
            HttpHeaders.createOptimized("DENY"),
            HttpHeaders.createOptimized("Referrer-Policy"),
            HttpHeaders.createOptimized("no-referrer"));

    private static final CharSequence POLICY = HttpHeaders.createOptimized("Content-Security-Policy");
    /** Of answers that are no pages. */
    private static final CharSequence NOTHING =
            HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");

    private static final CharSequence OWN_PAGES = HttpHeaders.createOptimized(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    private static final String PAGES = "/console";

    private SecurityHeaders() {}

    /** Hands over name and value of each header that an answer under the path has. */
    public static void give(String path, BiConsumer<CharSequence, CharSequence> to) {
        ALWAYS.forEach(to);
        if (path.startsWith(PAGES)) {
            ON_PAGES.forEach(to);
            to.accept(POLICY, OWN_PAGES);
        } else {
            to.accept(POLICY, NOTHING);
        }
    }
}
