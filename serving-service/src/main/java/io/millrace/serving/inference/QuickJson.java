package io.millrace.serving.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.millrace.common.error.PlatformException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the usual form of a request token by token. It gives up on anything else, right or wrong, which the thorough reading by
 * {@link JsonBody} then takes or explains; so nothing is refused here.
 */
public final class QuickJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(20)
                    .maxNumberLength(100)
                    .maxStringLength(1_000_000)
                    .build())
            .build();

    private QuickJson() {}

    /** Reads from a parser that stands before the first token. */
    @FunctionalInterface
    public interface Reading<T> {

        /** Null when this is not the usual form. */
        @Nullable
        T read(JsonParser json) throws IOException;
    }

    /** What the whole body says in the usual form; null when it has another. */
    public static <T> @Nullable T read(byte[] body, Reading<T> reading) {
        try (JsonParser json = JSON.createParser(body)) {
            T read = reading.read(json);
            return read != null && json.nextToken() == null ? read : null;
        } catch (IOException | PlatformException e) {
            return null;
        }
    }

    /** Reads a member of an object, whose value the parser stands at. */
    @FunctionalInterface
    public interface Member {

        /** False when it is not of the usual form. */
        boolean read(String name, JsonToken value) throws IOException;
    }

    /** Reads the members of the object that has begun, to its end; false when one is not of the usual form or comes twice. */
    public static boolean members(JsonParser json, Member member) throws IOException {
        Set<String> seen = new HashSet<>(8);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (!seen.add(name) || !member.read(name, json.nextToken())) {
                return false;
            }
        }
        return true;
    }
}
