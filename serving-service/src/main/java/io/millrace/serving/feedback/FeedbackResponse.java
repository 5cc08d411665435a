package io.millrace.serving.feedback;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.serving.feedback.FeedbackService.Outcome;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of each item, in their order.
 *
 * @param accepted how many truths are stored now
 */
record FeedbackResponse(int accepted, List<Item> items) {

    /**
     * An item.
     *
     * @param predictionId absent when no prediction was found
     * @param status see {@link FeedbackStatus}, in small letters
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Item(@Nullable UUID predictionId, String status) {}

    static FeedbackResponse of(List<Outcome> outcomes) {
        int accepted = (int)
                outcomes.stream().filter(outcome -> outcome.status().accepted()).count();
        return new FeedbackResponse(
                accepted,
                outcomes.stream()
                        .map(outcome -> new Item(
                                outcome.predictionId(), outcome.status().text()))
                        .toList());
    }
}
