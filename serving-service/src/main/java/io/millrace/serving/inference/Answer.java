package io.millrace.serving.inference;

import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Signature;
import io.millrace.serving.model.VersionId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The predictions for a request and who made them.
 *
 * @param fallbackFrom the arm that should have answered and could not; null when it did
 * @param rows one for each row of the request, in its order
 */
public record Answer(
        String endpoint,
        String arm,
        VersionId version,
        Signature signature,
        Prediction prediction,
        List<Scored> rows,
        String requestId,
        @Nullable String fallbackFrom) {

    /**
     * What was said about one row.
     *
     * @param score P(positive), the highest class probability, or the predicted value; null when there is no finite one
     * @param decision null when the endpoint decides nothing
     */
    public record Scored(
            UUID predictionId,
            @Nullable Double score,
            @Nullable String label,
            @Nullable String decision) {}
}
