package io.millrace.serving.inference;

import io.millrace.common.error.PlatformException;
import io.millrace.serving.json.JsonScanner;
import org.jspecify.annotations.Nullable;

/**
 * Reads the usual form of a request where it lies. It gives up on anything else, right or wrong, which the thorough reading by
 * {@link JsonBody} then takes or explains; so nothing is refused here.
 */
public final class QuickJson {

    private QuickJson() {}

    /** Reads from a scanner that stands at the first byte. */
    @FunctionalInterface
    public interface Reading<T> {

        /** Null when this is not the usual form. */
        @Nullable
        T read(JsonScanner json);
    }

    /** What the whole body says in the usual form; null when it has another. */
    public static <T> @Nullable T read(byte[] body, Reading<T> reading) {
        try {
            JsonScanner json = new JsonScanner(body);
            T read = reading.read(json);
            return read != null && json.ended() ? read : null;
        } catch (PlatformException e) {
            return null;
        }
    }
}
