package io.millrace.serving.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.serving.door.DoorAnswer;
import io.millrace.serving.inference.Answer;
import io.millrace.serving.inference.Answer.Scored;
import io.millrace.serving.inference.QuickJson;
import io.millrace.serving.openinference.tensor.OutputTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the answer of an infer call: JSON, and behind it the tensors that were asked for in binary form. */
public final class InferAnswer {

    static final String HEADER = "Inference-Header-Content-Length";

    private InferAnswer() {}

    static DoorAnswer of(Answer answer, OpenInferenceRequest request) {
        List<OutputTensor> tensors = OutputTensor.of(answer, request.outputs().keySet());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        List<byte[]> binary = new ArrayList<>();
        try (JsonGenerator json = QuickJson.JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("model_name", answer.endpoint());
            json.writeStringField(
                    "model_version", Integer.toString(answer.version().version()));
            if (request.id() != null) {
                json.writeStringField("id", request.id());
            }
            json.writeObjectFieldStart("parameters");
            json.writeStringField("arm", answer.arm());
            json.writeStringField("prediction_ids", predictionIds(answer));
            json.writeEndObject();
            json.writeArrayFieldStart("outputs");
            for (OutputTensor tensor : tensors) {
                write(json, tensor, request.binary(tensor.name()), binary);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (binary.isEmpty()) {
            return DoorAnswer.json(bytes.toByteArray());
        }
        Map<String, String> headers = Map.of(HEADER, Integer.toString(bytes.size()));
        binary.forEach(bytes::writeBytes);
        return new DoorAnswer("application/octet-stream", headers, bytes.toByteArray());
    }

    private static void write(JsonGenerator json, OutputTensor tensor, boolean asBinary, List<byte[]> binary)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("name", tensor.name());
        json.writeStringField("datatype", tensor.datatype().name());
        json.writeFieldName("shape");
        json.writeArray(tensor.shape(), 0, tensor.shape().length);
        if (asBinary) {
            byte[] data = tensor.bytes();
            binary.add(data);
            json.writeObjectFieldStart("parameters");
            json.writeNumberField("binary_data_size", data.length);
            json.writeEndObject();
        } else {
            json.writeFieldName("data");
            tensor.write(json);
        }
        json.writeEndObject();
    }

    /** Ids for feedback, with commas between them: the protocol's parameters hold no lists. */
    public static String predictionIds(Answer answer) {
        StringBuilder ids = new StringBuilder(answer.rows().size() * 37);
        for (Scored row : answer.rows()) {
            ids.append(ids.isEmpty() ? "" : ",").append(row.predictionId());
        }
        return ids.toString();
    }
}
