package io.millrace.common.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says which field of a JSON body is wrong and why, without the words of the parser's classes. */
public final class JsonProblem {

    private static final String BROKEN = "is not valid JSON: ";

    private JsonProblem() {}

    public static PlatformException describe(JsonProcessingException e) {
        if (e.getCause() instanceof PlatformException platform) {
            return platform;
        }
        JsonLocation location = e.getLocation();
        Integer line = location == null || location.getLineNr() < 1 ? null : location.getLineNr();
        Integer column = location == null || location.getColumnNr() < 1 ? null : location.getColumnNr();
        String pointer = e instanceof JsonMappingException mapping ? pointer(mapping) : "";
        return PlatformException.invalid(List.of(new FieldError(pointer, message(e), line, column)));
    }

    private static String pointer(JsonMappingException e) {
        return e.getPath().stream()
                .map(r -> r.getFieldName() == null ? String.valueOf(r.getIndex()) : r.getFieldName())
                .map(name -> "/" + name.replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining());
    }

    private static String message(JsonProcessingException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            Collection<Object> known = unknown.getKnownPropertyIds();
            return "is not a known field; known are "
                    + (known == null ? List.<Object>of() : known)
                            .stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
        }
        if (e instanceof InvalidFormatException format) {
            return "must be " + words(format.getTargetType()) + ", not " + format.getValue();
        }
        if (e instanceof MismatchedInputException mismatch) {
            return mismatch.getTargetType() == null
                    ? "has the wrong type or form"
                    : "must be " + words(mismatch.getTargetType());
        }
        if (e instanceof JsonMappingException && e.getCause() instanceof StreamReadException broken) {
            return BROKEN + broken.getOriginalMessage();
        }
        if (e instanceof JsonMappingException) {
            // A record refuses a value in its constructor; the words are ours.
            Throwable cause = e.getCause();
            return cause instanceof IllegalArgumentException && cause.getMessage() != null
                    ? "is refused: " + cause.getMessage()
                    : "has the wrong type or form";
        }
        return BROKEN + e.getOriginalMessage();
    }

    private static String words(@Nullable Class<?> type) {
        if (type == null) {
            return "of another type";
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return "a string";
        }
        if (type == UUID.class) {
            return "a UUID";
        }
        if (TemporalAccessor.class.isAssignableFrom(type)) {
            return "a time in ISO 8601";
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "an array";
        }
        return type.isRecord() || Map.class.isAssignableFrom(type) ? "an object" : "of another type";
    }
}
