package io.millrace.serving.inference;

import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Prediction;
import io.millrace.serving.endpoint.Decision;
import io.millrace.serving.inference.Answer.Scored;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the one number and the one word of each row out of a prediction. */
final class Scores {

    private Scores() {}

    static List<Scored> of(Prediction prediction, List<UUID> ids, @Nullable Decision decision) {
        boolean scored = hasScore(prediction);
        String[] labels = prediction.labels().get(Output.LABEL);
        List<Scored> rows = new ArrayList<>(prediction.size());
        for (int row = 0; row < prediction.size(); row++) {
            Double score = null;
            if (scored) {
                double value = prediction.score(row);
                score = Double.isFinite(value) ? value : null;
            }
            rows.add(new Scored(
                    ids.get(row),
                    score,
                    labels == null ? null : labels[row],
                    decision == null || score == null ? null : decision.of(score)));
        }
        return rows;
    }

    /** A model of the GENERIC task may give no single number for a row. */
    private static boolean hasScore(Prediction prediction) {
        for (Output output : prediction.outputs()) {
            if (prediction.numbers().containsKey(output.name())) {
                return output.width() == 1 || output.name().equals(Output.PROBABILITY);
            }
        }
        return false;
    }
}
