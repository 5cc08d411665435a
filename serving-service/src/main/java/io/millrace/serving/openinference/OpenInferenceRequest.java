package io.millrace.serving.openinference;

import io.millrace.common.error.PlatformException;
import io.millrace.serving.inference.JsonBody;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of an infer call. Members and parameters that are not known are ignored, as the protocol wants.
 *
 * @param id given back as it is
 * @param key from {@code parameters.key}: decides the arm of a sticky endpoint
 * @param timestamp from {@code parameters.timestamp}: when the thing happened
 * @param outputs names asked for; empty: all
 */
record OpenInferenceRequest(
        @Nullable String id,
        TensorInputs inputs,
        @Nullable String key,
        @Nullable Instant timestamp,
        Set<String> outputs) {

    private static final int MAX_ID = 1000;

    static OpenInferenceRequest read(byte @Nullable [] body) {
        Map<String, @Nullable Object> given = JsonBody.read(body);
        Object parameters = given.get("parameters");
        if (parameters != null && !(parameters instanceof Map)) {
            throw bad("parameters must be an object");
        }
        Map<?, ?> named = parameters instanceof Map<?, ?> map ? map : Map.of();
        return new OpenInferenceRequest(
                id(given.get("id")),
                TensorInputs.read(given.get("inputs")),
                key(named.get("key")),
                timestamp(named.get("timestamp")),
                outputs(given.get("outputs")));
    }

    private static @Nullable String id(@Nullable Object given) {
        if (given == null || (given instanceof String text && text.length() <= MAX_ID)) {
            return (String) given;
        }
        throw bad("id must be a text of at most " + MAX_ID + " characters");
    }

    private static @Nullable String key(@Nullable Object given) {
        if (given == null || given instanceof String || given instanceof Integer || given instanceof Long) {
            return given == null ? null : given.toString();
        }
        throw bad("parameters.key must be a text or a whole number");
    }

    private static @Nullable Instant timestamp(@Nullable Object given) {
        if (given == null) {
            return null;
        }
        try {
            if (given instanceof String text) {
                OffsetDateTime time = OffsetDateTime.parse(text);
                if (time.getYear() >= 1 && time.getYear() <= 9999) {
                    return time.toInstant();
                }
            }
        } catch (DateTimeException e) {
            throw bad("parameters.timestamp must be an instant such as 2026-01-31T12:00:00Z");
        }
        throw bad("parameters.timestamp must be an instant such as 2026-01-31T12:00:00Z");
    }

    private static Set<String> outputs(@Nullable Object given) {
        Set<String> names = new LinkedHashSet<>();
        if (given == null) {
            return names;
        }
        if (!(given instanceof List<?> list)) {
            throw bad("outputs must be a list");
        }
        for (Object output : list) {
            if (!(output instanceof Map<?, ?> map) || !(map.get("name") instanceof String name)) {
                throw bad("every one of outputs needs a name");
            }
            names.add(name);
        }
        return names;
    }

    private static PlatformException bad(String message) {
        return PlatformException.invalid("", message);
    }
}
