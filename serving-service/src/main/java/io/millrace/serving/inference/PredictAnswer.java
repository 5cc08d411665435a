package io.millrace.serving.inference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Task;
import io.millrace.serving.inference.Answer.Scored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes the answer of a native predict call. */
final class PredictAnswer {

    private static final int FIXED_BYTES = 256;
    private static final int ROW_BYTES = 128;

    private PredictAnswer() {}

    static byte[] of(Answer answer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(
                FIXED_BYTES + ROW_BYTES * answer.rows().size());
        try (JsonGenerator json = QuickJson.JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("endpoint", answer.endpoint());
            json.writeStringField("model", answer.version().model());
            json.writeNumberField("version", answer.version().version());
            json.writeStringField("arm", answer.arm());
            if (answer.fallbackFrom() != null) {
                json.writeStringField("fallbackFrom", answer.fallbackFrom());
            }
            json.writeArrayFieldStart("predictions");
            for (int row = 0; row < answer.rows().size(); row++) {
                write(json, answer, row);
            }
            json.writeEndArray();
            json.writeStringField("requestId", answer.requestId());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, Answer answer, int row) throws IOException {
        Scored said = answer.rows().get(row);
        json.writeStartObject();
        json.writeStringField("predictionId", said.predictionId().toString());
        json.writeFieldName("score");
        if (said.score() == null) {
            json.writeNull();
        } else {
            json.writeNumber(said.score());
        }
        if (said.label() != null) {
            json.writeStringField("label", said.label());
        }
        if (said.decision() != null) {
            json.writeStringField("decision", said.decision());
        }
        if (answer.signature().task() == Task.MULTICLASS) {
            probabilities(json, answer, row);
        } else if (answer.signature().task() == Task.GENERIC) {
            outputs(json, answer, row);
        }
        json.writeEndObject();
    }

    /** By class, only of a model with more than two classes. */
    private static void probabilities(JsonGenerator json, Answer answer, int row) throws IOException {
        double[] values = answer.prediction().numbers().get(Output.PROBABILITY);
        List<String> classes = answer.signature().classes();
        if (values == null
                || values.length != classes.size() * answer.prediction().size()) {
            return;
        }
        json.writeObjectFieldStart("probabilities");
        for (int i = 0; i < classes.size(); i++) {
            json.writeFieldName(classes.get(i));
            number(json, values[row * classes.size() + i]);
        }
        json.writeEndObject();
    }

    /** Every output by name, only of a model without the standard outputs. */
    private static void outputs(JsonGenerator json, Answer answer, int row) throws IOException {
        json.writeObjectFieldStart("outputs");
        for (Output output : answer.prediction().outputs()) {
            double[] numbers = answer.prediction().numbers().get(output.name());
            String[] labels = answer.prediction().labels().get(output.name());
            json.writeArrayFieldStart(output.name());
            for (int i = row * output.width(); i < (row + 1) * output.width(); i++) {
                if (numbers != null) {
                    number(json, numbers[i]);
                } else {
                    json.writeString(labels == null ? null : labels[i]);
                }
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }
}
