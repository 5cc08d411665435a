package io.millrace.serving.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON object of a prediction request. NaN and Infinity are read, although they are not JSON, so that the answer
 * can name the field that holds them.
 */
public final class JsonBody {

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(20)
                            .maxNumberLength(100)
                            .maxStringLength(1_000_000)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonBody() {}

    /** The members of the object, in their order. PlatformException with line and column when it is not a JSON object. */
    public static Map<String, @Nullable Object> read(byte @Nullable [] body) {
        return read(body, body == null ? 0 : body.length);
    }

    /** As {@link #read(byte[])} from the first {@code length} bytes. */
    @SuppressWarnings("unchecked")
    public static Map<String, @Nullable Object> read(byte @Nullable [] body, int length) {
        if (body == null || length == 0) {
            throw PlatformException.invalid("", "the body is empty, a JSON object is required");
        }
        try (JsonParser parser = JSON.createParser(body, 0, length)) {
            Object value = JSON.readValue(parser, Object.class);
            if (value instanceof LinkedHashMap<?, ?> object) {
                return (Map<String, @Nullable Object>) object;
            }
            throw PlatformException.invalid("", "the body must be a JSON object");
        } catch (JsonProcessingException e) {
            Integer line = e.getLocation() == null ? null : e.getLocation().getLineNr();
            Integer column = e.getLocation() == null ? null : e.getLocation().getColumnNr();
            String place = line == null ? "" : " (line " + line + ", column " + column + ")";
            throw new PlatformException(
                    io.millrace.common.error.ErrorCode.INVALID_REQUEST,
                    "the body is not valid JSON" + place + ": " + e.getOriginalMessage(),
                    List.of(new FieldError("", "is not valid JSON: " + e.getOriginalMessage(), line, column)),
                    e);
        } catch (IOException e) {
            throw PlatformException.invalid("", "the body could not be read");
        }
    }
}
