package io.millrace.serving.door;

import io.millrace.common.error.PlatformException;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body is read.
 *
 * @param names segments of the path, as they were sent
 * @param body decompressed; not copied: do not change it
 */
@SuppressWarnings("ArrayRecordComponent")
public record DoorRequest(List<String> names, MultiMap headers, byte[] body, String requestId) {

    /** A segment of the path, decoded. */
    public String name(int index) {
        String name = names.get(index);
        if (name.indexOf('%') < 0) {
            return name;
        }
        try {
            return QueryStringDecoder.decodeComponent(name.replace("+", "%2B"));
        } catch (IllegalArgumentException e) {
            throw PlatformException.invalid("", "the path holds a broken escape");
        }
    }

    public @Nullable String header(String header) {
        return headers.get(header);
    }
}
