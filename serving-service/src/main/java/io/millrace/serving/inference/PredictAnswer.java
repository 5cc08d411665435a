package io.millrace.serving.inference;

import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Task;
import io.millrace.serving.inference.Answer.Scored;
import io.millrace.serving.json.JsonText;
import io.millrace.serving.json.JsonText.Name;
import java.util.List;

/** Writes the answer of a native predict call. */
final class PredictAnswer {

    private static final int FIXED_BYTES = 256;
    private static final int ROW_BYTES = 128;

    private static final Name ENDPOINT = Name.of("endpoint");
    private static final Name MODEL = Name.of("model");
    private static final Name VERSION = Name.of("version");
    private static final Name ARM = Name.of("arm");
    private static final Name FALLBACK_FROM = Name.of("fallbackFrom");
    private static final Name PREDICTIONS = Name.of("predictions");
    private static final Name REQUEST_ID = Name.of("requestId");
    private static final Name PREDICTION_ID = Name.of("predictionId");
    private static final Name SCORE = Name.of("score");
    private static final Name LABEL = Name.of("label");
    private static final Name DECISION = Name.of("decision");
    private static final Name PROBABILITIES = Name.of("probabilities");
    private static final Name OUTPUTS = Name.of("outputs");

    private PredictAnswer() {}

    static byte[] of(Answer answer) {
        JsonText json = new JsonText(FIXED_BYTES + ROW_BYTES * answer.rows().size());
        json.open('{').name(ENDPOINT).text(answer.endpoint());
        json.name(MODEL).text(answer.version().model());
        json.name(VERSION).number(answer.version().version());
        json.name(ARM).text(answer.arm());
        if (answer.fallbackFrom() != null) {
            json.name(FALLBACK_FROM).text(answer.fallbackFrom());
        }
        json.name(PREDICTIONS).open('[');
        for (int row = 0; row < answer.rows().size(); row++) {
            write(json, answer, row);
        }
        json.close(']').name(REQUEST_ID).text(answer.requestId());
        return json.close('}').bytes();
    }

    private static void write(JsonText json, Answer answer, int row) {
        Scored said = answer.rows().get(row);
        Double score = said.score();
        json.open('{').name(PREDICTION_ID).text(said.predictionId().toString());
        json.name(SCORE).number(score == null ? Double.NaN : score);
        if (said.label() != null) {
            json.name(LABEL).text(said.label());
        }
        if (said.decision() != null) {
            json.name(DECISION).text(said.decision());
        }
        if (answer.signature().task() == Task.MULTICLASS) {
            probabilities(json, answer, row);
        } else if (answer.signature().task() == Task.GENERIC) {
            outputs(json, answer, row);
        }
        json.close('}');
    }

    /** By class, only of a model with more than two classes. */
    private static void probabilities(JsonText json, Answer answer, int row) {
        double[] values = answer.prediction().numbers().get(Output.PROBABILITY);
        List<String> classes = answer.signature().classes();
        if (values == null
                || values.length != classes.size() * answer.prediction().size()) {
            return;
        }
        json.name(PROBABILITIES).open('{');
        for (int i = 0; i < classes.size(); i++) {
            json.name(classes.get(i)).number(values[row * classes.size() + i]);
        }
        json.close('}');
    }

    /** Every output by name, only of a model without the standard outputs. */
    private static void outputs(JsonText json, Answer answer, int row) {
        json.name(OUTPUTS).open('{');
        for (Output output : answer.prediction().outputs()) {
            double[] numbers = answer.prediction().numbers().get(output.name());
            String[] labels = answer.prediction().labels().get(output.name());
            json.name(output.name()).open('[');
            for (int i = row * output.width(); i < (row + 1) * output.width(); i++) {
                if (numbers != null) {
                    json.number(numbers[i]);
                } else {
                    json.text(labels == null ? null : labels[i]);
                }
            }
            json.close(']');
        }
        json.close('}');
    }
}
