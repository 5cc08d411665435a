package io.millrace.serving.mlflow;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.serving.inference.JsonBody;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a scoring call.
 *
 * @param key {@code params.key}: decides the arm of a sticky endpoint
 */
record ScoringRequest(ScoringInputs inputs, @Nullable String key) {

    private static final List<String> FORMS = List.of("dataframe_split", "dataframe_records", "instances", "inputs");

    static ScoringRequest read(@Nullable String contentType, byte[] body) {
        String[] parts = contentType == null ? new String[] {""} : contentType.split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            if (!parts[i].strip().replace("\"", "").equalsIgnoreCase("charset=utf-8")) {
                throw unsupported("The only parameter of the Content-Type that is accepted is charset=utf-8");
            }
        }
        return switch (parts[0].strip().toLowerCase(Locale.ROOT)) {
            case "application/json" -> json(JsonBody.read(body));
            case "text/csv" -> new ScoringRequest(Tables.csv(body), null);
            default ->
                throw unsupported("This predictor only supports the content types application/json and text/csv");
        };
    }

    private static ScoringRequest json(Map<String, @Nullable Object> body) {
        List<String> given = FORMS.stream().filter(body::containsKey).toList();
        if (given.size() != 1) {
            throw PlatformException.invalid(
                    "",
                    "The input must be a JSON object with exactly one of " + String.join(", ", FORMS) + ", got "
                            + (given.isEmpty() ? "none" : String.join(", ", given)));
        }
        String form = given.get(0);
        return new ScoringRequest(Tables.read(form, body.get(form)), key(body.get("params")));
    }

    private static @Nullable String key(@Nullable Object params) {
        if (params == null) {
            return null;
        }
        if (!(params instanceof Map<?, ?> named)) {
            throw PlatformException.invalid("", "The input is not understood: params must be an object");
        }
        Object key = named.get("key");
        if (key == null || key instanceof String || key instanceof Integer || key instanceof Long) {
            return key == null ? null : key.toString();
        }
        throw PlatformException.invalid("", "The input is not understood: params.key must be a text or a whole number");
    }

    private static PlatformException unsupported(String message) {
        return new PlatformException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, message);
    }
}
