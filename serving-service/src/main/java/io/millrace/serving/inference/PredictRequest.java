package io.millrace.serving.inference;

import io.millrace.common.error.PlatformException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The body of a native predict call: {@code inputs} for one row, or {@code instances} for several. */
record PredictRequest(
        InferenceInputs rows,
        @Nullable String key,
        @Nullable Instant timestamp,
        @Nullable String requestId) {

    private static final Set<String> FIELDS = Set.of("inputs", "instances", "key", "timestamp", "requestId");
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    /** One row is read straight into columns, several by way of maps. */
    static PredictRequest read(byte[] body) {
        PredictRequest quick = QuickJson.read(
                body, json -> QuickPredict.read(json, () -> thorough(body).rows()));
        return quick == null ? thorough(body) : quick;
    }

    /** Reads any form, or says what is wrong with it. */
    static PredictRequest thorough(byte[] body) {
        Map<String, @Nullable Object> given = JsonBody.read(body);
        for (String field : given.keySet()) {
            if (!FIELDS.contains(field)) {
                throw PlatformException.invalid(
                        "/" + field,
                        "is not a known field"
                                + Complaints.nearest(field, FIELDS)
                                        .map(meant -> ", did you mean " + meant + "?")
                                        .orElse("; known are inputs, instances, key, timestamp, requestId"));
            }
        }
        return new PredictRequest(
                rows(given), key(given.get("key")), timestamp(given.get("timestamp")), id(given.get("requestId")));
    }

    private static InferenceInputs rows(Map<String, @Nullable Object> given) {
        Object inputs = given.get("inputs");
        Object instances = given.get("instances");
        if ((inputs == null) == (instances == null)) {
            throw PlatformException.invalid("", "give either inputs (one row) or instances (a list of rows)");
        }
        if (inputs != null) {
            return new JsonRows(List.of(row(inputs, "/inputs")), true);
        }
        if (!(instances instanceof List<?> list) || list.isEmpty()) {
            throw PlatformException.invalid("/instances", "must be a list of rows that is not empty");
        }
        List<Map<String, @Nullable Object>> rows = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            rows.add(row(list.get(i), "/instances/" + i));
        }
        return new JsonRows(rows, false);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> row(@Nullable Object value, String pointer) {
        if (value instanceof Map<?, ?> row) {
            return (Map<String, @Nullable Object>) row;
        }
        throw PlatformException.invalid(pointer, "must be an object with a value for each column");
    }

    private static @Nullable String key(@Nullable Object value) {
        if (value == null || value instanceof String || value instanceof Integer || value instanceof Long) {
            return value == null ? null : value.toString();
        }
        throw PlatformException.invalid("/key", "must be a text or a whole number");
    }

    /** An instant as text; null for none. Also for the Open Inference protocol's parameter of that name. */
    static @Nullable Instant timestamp(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (value instanceof String text) {
            try {
                OffsetDateTime time = OffsetDateTime.parse(text);
                if (time.getYear() >= 1 && time.getYear() <= 9999) {
                    return time.toInstant();
                }
            } catch (DateTimeException e) {
                throw PlatformException.invalid("/timestamp", "must be an instant such as 2026-01-31T12:00:00Z");
            }
        }
        throw PlatformException.invalid("/timestamp", "must be an instant such as 2026-01-31T12:00:00Z");
    }

    static @Nullable String id(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (value instanceof String text && REQUEST_ID.matcher(text).matches()) {
            return text;
        }
        throw PlatformException.invalid("/requestId", "must be 1 to 128 of letters, digits and . _ : -");
    }
}
