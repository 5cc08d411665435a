package io.millrace.serving.feedback;

import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.serving.feedback.Feedback.ById;
import io.millrace.serving.feedback.Feedback.ByKey;
import io.millrace.serving.feedback.Feedback.Subject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Truths as sent, at most {@link #MAX_ITEMS}. */
record FeedbackRequest(@Nullable List<@Nullable Item> items) {

    static final int MAX_ITEMS = 10_000;
    private static final int MAX_ERRORS = 20;
    private static final int MAX_KEY = 1000;

    /** Each costs a look into every day that is kept. */
    private static final int MAX_BY_KEY = 1000;

    private static final int MAX_LABEL = 500;

    /**
     * One truth, about the prediction of an id, or else about the last one for a key of an endpoint.
     *
     * @param at ISO-8601 instant, with a key: the last prediction whose event time is not after it
     * @param truth a number: the true value, or 1 and 0 for the positive and the negative class; or else
     * @param label the true class
     * @param observedAt ISO-8601 instant; absent: now
     */
    record Item(
            @Nullable String predictionId,
            @Nullable String endpoint,
            @Nullable String key,
            @Nullable String at,
            @Nullable Double truth,
            @Nullable String label,
            @Nullable String observedAt) {}

    /** All items, or a PlatformException naming the first bad ones; then nothing is stored. */
    List<Feedback> checked(Instant now) {
        if (items == null || items.isEmpty() || items.size() > MAX_ITEMS) {
            throw PlatformException.invalid(
                    "/items", "must be a list of 1 to " + MAX_ITEMS + ", got " + (items == null ? 0 : items.size()));
        }
        List<Feedback> feedback = new ArrayList<>(items.size());
        List<FieldError> errors = new ArrayList<>();
        for (int i = 0; i < items.size() && errors.size() < MAX_ERRORS; i++) {
            check(items.get(i), "/items/" + i, now, feedback, errors);
        }
        long byKey = feedback.stream()
                .filter(item -> item.subject().fold(id -> false, key -> true))
                .count();
        if (byKey > MAX_BY_KEY) {
            errors.add(new FieldError("/items", "must be at most " + MAX_BY_KEY + " by key, got " + byKey));
        }
        if (!errors.isEmpty()) {
            throw PlatformException.invalid(errors);
        }
        return feedback;
    }

    private static void check(
            @Nullable Item item, String pointer, Instant now, List<Feedback> feedback, List<FieldError> errors) {
        if (item == null) {
            errors.add(new FieldError(pointer, "must be an object"));
            return;
        }
        int before = errors.size();
        Subject subject = subject(item, pointer, errors);
        if ((item.truth == null) == (item.label == null)) {
            errors.add(new FieldError(pointer, "must have either truth (a number) or label (a text)"));
        }
        if (item.truth != null && !Double.isFinite(item.truth)) {
            errors.add(new FieldError(pointer + "/truth", "must be a finite number"));
        }
        if (item.label != null
                && (item.label.isEmpty() || item.label.length() > MAX_LABEL || item.label.indexOf('\0') >= 0)) {
            errors.add(new FieldError(pointer + "/label", "must have 1 to " + MAX_LABEL + " characters"));
        }
        Instant observed = item.observedAt == null ? now : instant(item.observedAt);
        if (observed == null) {
            errors.add(new FieldError(pointer + "/observedAt", "must be an instant such as 2026-01-31T12:00:00Z"));
        }
        if (errors.size() == before && subject != null && observed != null) {
            feedback.add(new Feedback(subject, item.truth, item.label, observed));
        }
    }

    private static @Nullable Subject subject(Item item, String pointer, List<FieldError> errors) {
        if (item.endpoint == null && item.key == null && item.at == null) {
            UUID id = id(item.predictionId);
            if (id == null) {
                errors.add(new FieldError(
                        pointer + "/predictionId",
                        "must be the id of a prediction (a UUID); or give endpoint and key in its place"));
            }
            return id == null ? null : new ById(id);
        }
        int before = errors.size();
        if (item.predictionId != null) {
            errors.add(new FieldError(pointer, "must have either predictionId or endpoint and key, not both"));
        }
        if (item.endpoint == null || item.endpoint.isEmpty() || item.endpoint.length() > 63 || nul(item.endpoint)) {
            errors.add(new FieldError(pointer + "/endpoint", "must be the name of an endpoint"));
        }
        if (item.key == null || item.key.isEmpty() || item.key.length() > MAX_KEY || nul(item.key)) {
            errors.add(new FieldError(pointer + "/key", "must have 1 to " + MAX_KEY + " characters"));
        }
        Instant at = item.at == null ? null : instant(item.at);
        if (item.at != null && at == null) {
            errors.add(new FieldError(pointer + "/at", "must be an instant such as 2026-01-31T12:00:00Z"));
        }
        return errors.size() > before || item.endpoint == null || item.key == null
                ? null
                : new ByKey(item.endpoint, item.key, at);
    }

    private static boolean nul(String text) {
        return text.indexOf('\0') >= 0;
    }

    private static @Nullable UUID id(@Nullable String given) {
        try {
            // UUID.fromString also takes shortened groups, which would name another prediction.
            return given != null && given.length() == 36 ? UUID.fromString(given) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable Instant instant(String given) {
        try {
            Instant instant = OffsetDateTime.parse(given).toInstant();
            int year = OffsetDateTime.parse(given).getYear();
            return year >= 1 && year <= 9999 ? instant : null;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
