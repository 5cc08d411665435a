package io.millrace.serving.feedback;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.serving.feedback.FeedbackStore.Latest;
import io.millrace.serving.feedback.FeedbackStore.Numbered;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stores truths. A prediction need not be known: its log entry may still be on the way, or may never have been logged.
 */
@ApplicationScoped
public class FeedbackService {

    private final FeedbackStore store;
    private final Counter received;

    FeedbackService(FeedbackStore store, MeterRegistry meters) {
        this.store = store;
        this.received = Counter.builder("millrace.serving.feedback")
                .description("Truths received, with those known already")
                .register(meters);
    }

    /**
     * Stores all or none. A truth that differs from the one before is a further row.
     *
     * @param source who says so
     * @return what became of each, in their order
     */
    @Transactional
    public List<FeedbackStatus> add(List<Feedback> feedback, String source) {
        Set<UUID> predictions = feedback.stream().map(Feedback::predictionId).collect(Collectors.toSet());
        store.lock(predictions);
        Map<UUID, Latest> latest = store.latest(predictions);
        List<Numbered> rows = new ArrayList<>();
        List<FeedbackStatus> statuses = new ArrayList<>(feedback.size());
        for (Feedback item : feedback) {
            Latest known = latest.get(item.predictionId());
            if (same(known, item)) {
                statuses.add(FeedbackStatus.UNCHANGED);
                continue;
            }
            int sequence = known == null ? 1 : known.sequence() + 1;
            rows.add(new Numbered(item, sequence));
            latest.put(item.predictionId(), new Latest(sequence, item.truth(), item.label()));
            statuses.add(known == null ? FeedbackStatus.STORED : FeedbackStatus.CORRECTED);
        }
        if (!rows.isEmpty()) {
            store.insert(rows, source);
        }
        received.increment(feedback.size());
        return statuses;
    }

    private static boolean same(@Nullable Latest known, Feedback item) {
        return known != null
                && Objects.equals(known.truth(), item.truth())
                && Objects.equals(known.label(), item.label());
    }
}
