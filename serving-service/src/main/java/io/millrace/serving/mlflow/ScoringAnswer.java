package io.millrace.serving.mlflow;

import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Prediction;
import io.millrace.serving.inference.Answer;
import io.millrace.serving.inference.Answer.Scored;
import io.millrace.serving.json.JsonText;
import io.millrace.serving.json.JsonText.Name;

/**
 * Writes {@code {"predictions": [...]}}: a value for each row where the model has one output and the endpoint decides
 * nothing, else an object with each output by name and the decision. {@code prediction_ids} are for feedback.
 */
final class ScoringAnswer {

    private static final Name PREDICTIONS = Name.of("predictions");
    private static final Name PREDICTION_IDS = Name.of("prediction_ids");
    private static final Name DECISION = Name.of("decision");

    private ScoringAnswer() {}

    static byte[] of(Answer answer) {
        JsonText json = new JsonText(256);
        json.open('{').name(PREDICTIONS).open('[');
        for (int row = 0; row < answer.rows().size(); row++) {
            row(json, answer.prediction(), row, answer.rows().get(row));
        }
        json.close(']').name(PREDICTION_IDS).open('[');
        for (Scored scored : answer.rows()) {
            json.text(scored.predictionId().toString());
        }
        return json.close(']').close('}').bytes();
    }

    private static void row(JsonText json, Prediction prediction, int row, Scored scored) {
        if (prediction.outputs().size() == 1 && scored.decision() == null) {
            value(json, prediction, prediction.outputs().get(0), row);
            return;
        }
        json.open('{');
        for (Output output : prediction.outputs()) {
            value(json.name(output.name()), prediction, output, row);
        }
        if (scored.decision() != null) {
            json.name(DECISION).text(scored.decision());
        }
        json.close('}');
    }

    private static void value(JsonText json, Prediction prediction, Output output, int row) {
        if (output.width() > 1) {
            json.open('[');
        }
        double[] numbers = prediction.numbers().get(output.name());
        for (int i = row * output.width(); i < (row + 1) * output.width(); i++) {
            if (numbers == null) {
                json.text(prediction.label(output.name())[i]);
            } else if (output.type() == OutputType.INT64 && Double.isFinite(numbers[i])) {
                json.number((long) numbers[i]);
            } else if (output.type() == OutputType.FLOAT32) {
                json.number((float) numbers[i]);
            } else {
                json.number(numbers[i]);
            }
        }
        if (output.width() > 1) {
            json.close(']');
        }
    }
}
