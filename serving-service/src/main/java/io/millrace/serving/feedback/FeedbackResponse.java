package io.millrace.serving.feedback;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What became of each item, in their order. All of it is stored. */
record FeedbackResponse(int accepted, List<Item> items) {

    /** @param status {@code stored}, {@code corrected} or {@code unchanged} */
    record Item(UUID predictionId, String status) {}

    static FeedbackResponse of(List<Feedback> feedback, List<FeedbackStatus> statuses) {
        List<Item> items = new ArrayList<>(feedback.size());
        for (int i = 0; i < feedback.size(); i++) {
            items.add(new Item(feedback.get(i).predictionId(), statuses.get(i).text()));
        }
        return new FeedbackResponse(items.size(), items);
    }
}
