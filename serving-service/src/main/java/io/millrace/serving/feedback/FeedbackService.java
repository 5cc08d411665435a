package io.millrace.serving.feedback;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.serving.feedback.Feedback.ByKey;
import io.millrace.serving.feedback.FeedbackStore.Latest;
import io.millrace.serving.feedback.FeedbackStore.Numbered;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stores truths. A prediction named by its id need not be known: its log entry may still be on the way, or may never have
 * been logged. One named by a key must be.
 */
@ApplicationScoped
public class FeedbackService {

    private final FeedbackStore store;
    private final Counter received;
    private final Counter unmatched;

    FeedbackService(FeedbackStore store, MeterRegistry meters) {
        this.store = store;
        this.received = Counter.builder("millrace.serving.feedback")
                .description("Truths received, with those known already")
                .register(meters);
        this.unmatched = Counter.builder("millrace.serving.feedback.unmatched")
                .description("Truths by key that met no prediction, or several")
                .register(meters);
    }

    /**
     * What became of an item.
     *
     * @param predictionId null when no single prediction was found
     */
    record Outcome(@Nullable UUID predictionId, FeedbackStatus status) {}

    /**
     * Stores all that name a prediction, or none. A truth that differs from the one before is a further row.
     *
     * @param source who says so
     * @return what became of each, in their order
     */
    @Transactional
    List<Outcome> add(List<Feedback> feedback, String source) {
        Map<ByKey, List<UUID>> found = store.find(keys(feedback));
        Set<UUID> predictions = new HashSet<>();
        for (Feedback item : feedback) {
            matching(item, found).ifPresent(predictions::add);
        }
        store.lock(predictions);
        Map<UUID, Latest> latest = store.latest(predictions);
        List<Numbered> rows = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>(feedback.size());
        for (Feedback item : feedback) {
            outcomes.add(matching(item, found)
                    .map(id -> new Outcome(id, number(id, item, latest, rows)))
                    .orElseGet(() -> new Outcome(null, unmatched(item, found))));
        }
        if (!rows.isEmpty()) {
            store.insert(rows, source);
        }
        received.increment(feedback.size());
        return outcomes;
    }

    private static List<ByKey> keys(List<Feedback> feedback) {
        return feedback.stream()
                .flatMap(item -> item.subject().fold(id -> Optional.<ByKey>empty(), Optional::of).stream())
                .distinct()
                .toList();
    }

    /** The one prediction that the item is about. */
    private static Optional<UUID> matching(Feedback item, Map<ByKey, List<UUID>> found) {
        return item.subject().fold(byId -> Optional.of(byId.id()), byKey -> {
            List<UUID> ids = found.getOrDefault(byKey, List.of());
            return ids.size() == 1 ? Optional.of(ids.get(0)) : Optional.empty();
        });
    }

    private FeedbackStatus unmatched(Feedback item, Map<ByKey, List<UUID>> found) {
        unmatched.increment();
        boolean several = item.subject()
                .fold(
                        byId -> false,
                        byKey -> !found.getOrDefault(byKey, List.of()).isEmpty());
        return several ? FeedbackStatus.AMBIGUOUS : FeedbackStatus.UNKNOWN;
    }

    private static FeedbackStatus number(UUID id, Feedback item, Map<UUID, Latest> latest, List<Numbered> rows) {
        Latest known = latest.get(id);
        if (same(known, item)) {
            return FeedbackStatus.UNCHANGED;
        }
        int sequence = known == null ? 1 : known.sequence() + 1;
        rows.add(new Numbered(id, item, sequence));
        latest.put(id, new Latest(sequence, item.truth(), item.label()));
        return known == null ? FeedbackStatus.STORED : FeedbackStatus.CORRECTED;
    }

    private static boolean same(@Nullable Latest known, Feedback item) {
        return known != null
                && Objects.equals(known.truth(), item.truth())
                && Objects.equals(known.label(), item.label());
    }
}
