package io.millrace.serving.openinference;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Column;
import io.millrace.serving.inference.InferenceInputs;
import io.millrace.serving.inference.JsonBody;
import io.millrace.serving.inference.QuickJson;
import io.millrace.serving.openinference.tensor.BinaryPart;
import io.millrace.serving.openinference.tensor.BinaryTensors;
import io.millrace.serving.openinference.tensor.Datatype;
import io.millrace.serving.openinference.tensor.InputTensor;
import io.millrace.serving.openinference.tensor.TensorInputs;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of an infer call. Members and parameters that are not known are ignored, as the protocol wants.
 *
 * @param id given back as it is
 * @param key from {@code parameters.key}: decides the arm of a sticky endpoint
 * @param timestamp from {@code parameters.timestamp}: when the thing happened
 * @param outputs names asked for, with the form where that was said; empty: all
 * @param binaryOutputs form of the outputs for which none was said
 */
public record OpenInferenceRequest(
        @Nullable String id,
        InferenceInputs inputs,
        @Nullable String key,
        @Nullable Instant timestamp,
        Map<String, Optional<Boolean>> outputs,
        boolean binaryOutputs) {

    private static final int MAX_ID = 1000;

    /** @param length bytes of the JSON at the front of the body */
    static OpenInferenceRequest read(byte[] body, int length, BinaryPart binary) {
        // Only a body that is all JSON can be read twice.
        OpenInferenceRequest quick = length < body.length
                ? null
                : QuickJson.read(
                        body,
                        json -> QuickInfer.read(
                                json,
                                () -> thorough(body, length, BinaryPart.none()).inputs()));
        return quick == null ? thorough(body, length, binary) : quick;
    }

    /** Reads any form, or says what is wrong with it. */
    static OpenInferenceRequest thorough(byte[] body, int length, BinaryPart binary) {
        Map<String, @Nullable Object> given = JsonBody.read(body, length);
        Object parameters = given.get("parameters");
        if (parameters != null && !(parameters instanceof Map)) {
            throw bad("parameters must be an object");
        }
        Map<?, ?> named = parameters instanceof Map<?, ?> map ? map : Map.of();
        return new OpenInferenceRequest(
                id(given.get("id")),
                BinaryTensors.read(given.get("inputs"), binary),
                key(named.get("key")),
                timestamp(named.get("timestamp")),
                outputs(given.get("outputs")),
                flag(named.get("binary_data_output"), "parameters.binary_data_output")
                        .orElse(false));
    }

    /** A body that is nothing but the one input of a model, one row; the answer is all binary. */
    static OpenInferenceRequest raw(byte[] body, Column column) {
        Datatype datatype = Datatype.of(column.type());
        String place = InputTensor.place(column.name());
        ByteBuffer bytes = ByteBuffer.wrap(body);
        List<@Nullable Object> data = datatype == Datatype.BYTES
                ? List.of(BinaryPart.utf8(bytes, place))
                : BinaryPart.of(bytes).take(datatype, 1, body.length, place);
        InputTensor tensor = new InputTensor(column.name(), datatype, 1, 1, data);
        return new OpenInferenceRequest(null, TensorInputs.of(List.of(tensor)), null, null, Map.of(), true);
    }

    /** Whether an output goes out in binary form. */
    boolean binary(String output) {
        return outputs.getOrDefault(output, Optional.empty()).orElse(binaryOutputs);
    }

    private static Optional<Boolean> flag(@Nullable Object given, String name) {
        if (given == null || given instanceof Boolean) {
            return Optional.ofNullable((Boolean) given);
        }
        throw bad(name + " must be true or false");
    }

    static @Nullable String id(@Nullable Object given) {
        if (given == null) {
            return null;
        }
        if (given instanceof String text && text.length() <= MAX_ID && isText(text)) {
            return text;
        }
        throw bad("id must be a text of at most " + MAX_ID + " characters");
    }

    /** Whether it can be written again: half of a surrogate pair cannot. */
    private static boolean isText(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static @Nullable String key(@Nullable Object given) {
        if (given == null || given instanceof String || given instanceof Integer || given instanceof Long) {
            return given == null ? null : given.toString();
        }
        throw bad("parameters.key must be a text or a whole number");
    }

    public static @Nullable Instant timestamp(@Nullable Object given) {
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

    private static Map<String, Optional<Boolean>> outputs(@Nullable Object given) {
        if (given == null) {
            return Map.of();
        }
        if (!(given instanceof List<?> list)) {
            throw bad("outputs must be a list");
        }
        Map<String, Optional<Boolean>> asked = new LinkedHashMap<>();
        for (Object output : list) {
            if (!(output instanceof Map<?, ?> map) || !(map.get("name") instanceof String name)) {
                throw bad("every one of outputs needs a name");
            }
            Object binary = map.get("parameters") instanceof Map<?, ?> named ? named.get("binary_data") : null;
            asked.put(name, flag(binary, "output '" + name + "': binary_data"));
        }
        return asked;
    }

    private static PlatformException bad(String message) {
        return PlatformException.invalid("", message);
    }
}
