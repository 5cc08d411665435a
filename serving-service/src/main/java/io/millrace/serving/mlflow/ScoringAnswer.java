package io.millrace.serving.mlflow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Prediction;
import io.millrace.serving.inference.Answer;
import io.millrace.serving.inference.Answer.Scored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes {@code {"predictions": [...]}}: a value for each row where the model has one output and the endpoint decides
 * nothing, else an object with each output by name and the decision. {@code prediction_ids} are for feedback.
 */
final class ScoringAnswer {

    private static final JsonFactory JSON = new JsonFactory();

    private ScoringAnswer() {}

    static byte[] of(Answer answer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("predictions");
            for (int row = 0; row < answer.rows().size(); row++) {
                row(json, answer.prediction(), row, answer.rows().get(row));
            }
            json.writeEndArray();
            json.writeArrayFieldStart("prediction_ids");
            for (Scored scored : answer.rows()) {
                json.writeString(scored.predictionId().toString());
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void row(JsonGenerator json, Prediction prediction, int row, Scored scored) throws IOException {
        if (prediction.outputs().size() == 1 && scored.decision() == null) {
            value(json, prediction, prediction.outputs().get(0), row);
            return;
        }
        json.writeStartObject();
        for (Output output : prediction.outputs()) {
            json.writeFieldName(output.name());
            value(json, prediction, output, row);
        }
        if (scored.decision() != null) {
            json.writeStringField("decision", scored.decision());
        }
        json.writeEndObject();
    }

    private static void value(JsonGenerator json, Prediction prediction, Output output, int row) throws IOException {
        if (output.width() > 1) {
            json.writeStartArray();
        }
        double[] numbers = prediction.numbers().get(output.name());
        for (int i = row * output.width(); i < (row + 1) * output.width(); i++) {
            if (numbers == null) {
                json.writeString(prediction.label(output.name())[i]);
            } else if (!Double.isFinite(numbers[i])) {
                json.writeNull();
            } else if (output.type() == OutputType.INT64) {
                json.writeNumber((long) numbers[i]);
            } else if (output.type() == OutputType.FLOAT32) {
                json.writeNumber((float) numbers[i]);
            } else {
                json.writeNumber(numbers[i]);
            }
        }
        if (output.width() > 1) {
            json.writeEndArray();
        }
    }
}
