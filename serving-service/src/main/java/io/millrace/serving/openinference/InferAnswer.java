package io.millrace.serving.openinference;

import io.millrace.serving.door.DoorAnswer;
import io.millrace.serving.inference.Answer;
import io.millrace.serving.inference.Answer.Scored;
import io.millrace.serving.json.JsonText;
import io.millrace.serving.json.JsonText.Name;
import io.millrace.serving.openinference.tensor.OutputTensor;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the answer of an infer call: JSON, and behind it the tensors that were asked for in binary form. */
public final class InferAnswer {

    static final String HEADER = "Inference-Header-Content-Length";

    private static final Name MODEL_NAME = Name.of("model_name");
    private static final Name MODEL_VERSION = Name.of("model_version");
    private static final Name ID = Name.of("id");
    private static final Name PARAMETERS = Name.of("parameters");
    private static final Name ARM = Name.of("arm");
    private static final Name PREDICTION_IDS = Name.of("prediction_ids");
    private static final Name OUTPUTS = Name.of("outputs");
    private static final Name NAME = Name.of("name");
    private static final Name DATATYPE = Name.of("datatype");
    private static final Name SHAPE = Name.of("shape");
    private static final Name DATA = Name.of("data");
    private static final Name BINARY_DATA_SIZE = Name.of("binary_data_size");

    private InferAnswer() {}

    static DoorAnswer of(Answer answer, OpenInferenceRequest request) {
        List<byte[]> binary = new ArrayList<>(0);
        JsonText json = new JsonText(512);
        json.open('{').name(MODEL_NAME).text(answer.endpoint());
        json.name(MODEL_VERSION).text(Integer.toString(answer.version().version()));
        if (request.id() != null) {
            json.name(ID).text(request.id());
        }
        json.name(PARAMETERS).open('{').name(ARM).text(answer.arm());
        json.name(PREDICTION_IDS).text(predictionIds(answer)).close('}');
        json.name(OUTPUTS).open('[');
        for (OutputTensor tensor : OutputTensor.of(answer, request.outputs().keySet())) {
            write(json, tensor, request.binary(tensor.name()), binary);
        }
        byte[] head = json.close(']').close('}').bytes();
        if (binary.isEmpty()) {
            return DoorAnswer.json(head);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(
                head.length + binary.stream().mapToInt(data -> data.length).sum());
        bytes.writeBytes(head);
        binary.forEach(bytes::writeBytes);
        return new DoorAnswer(
                "application/octet-stream", Map.of(HEADER, Integer.toString(head.length)), bytes.toByteArray());
    }

    private static void write(JsonText json, OutputTensor tensor, boolean asBinary, List<byte[]> binary) {
        json.open('{').name(NAME).text(tensor.name());
        json.name(DATATYPE).text(tensor.datatype().name());
        json.name(SHAPE).open('[');
        for (int size : tensor.shape()) {
            json.number(size);
        }
        json.close(']');
        if (asBinary) {
            byte[] data = tensor.bytes();
            binary.add(data);
            json.name(PARAMETERS)
                    .open('{')
                    .name(BINARY_DATA_SIZE)
                    .number(data.length)
                    .close('}');
        } else {
            tensor.write(json.name(DATA));
        }
        json.close('}');
    }

    /** Ids for feedback, with commas between them: the protocol's parameters hold no lists. */
    public static String predictionIds(Answer answer) {
        if (answer.rows().size() == 1) {
            return answer.rows().get(0).predictionId().toString();
        }
        StringBuilder ids = new StringBuilder(answer.rows().size() * 37);
        for (Scored row : answer.rows()) {
            ids.append(ids.isEmpty() ? "" : ",").append(row.predictionId());
        }
        return ids.toString();
    }
}
