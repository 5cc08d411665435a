package io.millrace.serving.inference;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.ModelUnavailableException;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.endpoint.ArmRole;
import io.millrace.serving.endpoint.Decision;
import io.millrace.serving.inference.Answer.Scored;
import io.millrace.serving.model.VersionId;
import io.millrace.serving.predictionlog.PredictionEntry;
import io.millrace.serving.predictionlog.PredictionLogService;
import io.millrace.serving.route.Route;
import io.millrace.serving.route.RouteTable;
import io.millrace.serving.route.ServedArm;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Answers requests from what is in memory. */
@ApplicationScoped
public class InferenceService {

    private static final int TRIES = 100;
    private static final int MAX_KEY = 1000;

    private final RouteTable routes;
    private final PredictionLogService log;
    private final ShadowRunner shadows;
    private final InferenceConfig config;
    private final Clock clock;
    private final Counter unkeyed;
    private final PredictSpans spans;

    InferenceService(
            RouteTable routes,
            PredictionLogService log,
            ShadowRunner shadows,
            InferenceConfig config,
            Clock clock,
            PredictSpans spans,
            MeterRegistry meters) {
        this.spans = spans;
        this.routes = routes;
        this.log = log;
        this.shadows = shadows;
        this.config = config;
        this.clock = clock;
        this.unkeyed = Counter.builder("millrace.serving.requests.unkeyed")
                .description("Requests to a sticky endpoint that carried no key and went to an arm by chance")
                .register(meters);
    }

    /** What belongs to a request besides its rows. */
    private record Context(
            Route route,
            Instant receivedAt,
            Instant eventAt,
            String requestId,
            @Nullable String key) {}

    /**
     * Predicts.
     *
     * @throws PlatformException NOT_FOUND for an unknown endpoint or a version it does not serve; INVALID_REQUEST naming
     *     field, row and expectation; UNAVAILABLE while no model is loaded
     */
    public Answer predict(InferenceQuery query) {
        int size = query.inputs().size();
        if (size < 1 || size > config.maxRows()) {
            throw PlatformException.invalid("", "a request has 1 to " + config.maxRows() + " rows, got " + size);
        }
        Instant now = clock.instant();
        Instant eventAt = query.eventAt() == null ? now : query.eventAt();
        if (eventAt.isAfter(now.plus(config.maxAhead()))) {
            throw PlatformException.invalid("/timestamp", "is more than " + config.maxAhead() + " in the future");
        }
        for (int tries = 0; tries < TRIES; tries++) {
            Route route = routes.get(query.endpoint());
            String key = key(query, route);
            ServedArm arm = arm(query, route, key);
            if (arm.model().acquire()) {
                try {
                    return answer(query, arm, new Context(route, now, eventAt, query.requestId(), key));
                } finally {
                    arm.model().release();
                }
            }
            // The version was replaced and closed since the routes were read: they are newer now.
            Thread.onSpinWait();
        }
        throw PlatformException.unavailable("endpoint " + query.endpoint() + " is stopping");
    }

    private @Nullable String key(InferenceQuery query, Route route) {
        String key = query.key();
        if (key == null && route.stickyKey() != null) {
            key = query.inputs().key(route.stickyKey());
            if (key == null) {
                unkeyed.increment();
            }
        }
        if (key != null && (key.isEmpty() || key.length() > MAX_KEY)) {
            throw PlatformException.invalid("/key", "must have 1 to " + MAX_KEY + " characters");
        }
        return key;
    }

    private static ServedArm arm(InferenceQuery query, Route route, @Nullable String key) {
        Integer version = query.version();
        if (version != null) {
            return route.findVersion(version)
                    .orElseThrow(() -> PlatformException.notFound(
                            "version of endpoint " + query.endpoint(), String.valueOf(version)));
        }
        return route.choose(
                key == null ? Long.toHexString(ThreadLocalRandom.current().nextLong()) : key);
    }

    private Answer answer(InferenceQuery query, ServedArm arm, Context context) {
        long started = System.nanoTime();
        Signature signature = arm.model().signature();
        List<Map<String, @Nullable Object>> values;
        Prediction prediction;
        long checked;
        long predicted;
        try {
            values = query.inputs().rows(signature);
            Rows rows = RowCheck.rows(values, signature, context.route().columns());
            checked = System.nanoTime();
            prediction = arm.model().predict(rows);
            predicted = System.nanoTime();
        } catch (SignatureException e) {
            arm.meters().refused();
            throw query.inputs().refused(context.route().shown(e));
        } catch (ModelUnavailableException e) {
            arm.meters().failed();
            throw new PlatformException(ErrorCode.UPSTREAM_UNAVAILABLE, String.valueOf(e.getMessage()), List.of(), e);
        } catch (PlatformException e) {
            arm.meters().refused();
            throw e;
        } catch (RuntimeException e) {
            arm.meters().failed();
            throw e;
        }
        List<UUID> ids = new ArrayList<>(values.size());
        for (int row = 0; row < values.size(); row++) {
            ids.add(PredictionIds.next(context.receivedAt().toEpochMilli()));
        }
        List<Scored> scored = Scores.of(prediction, ids, context.route().decision());
        long done = System.nanoTime();
        Duration took = Duration.ofNanos(done - started);
        arm.meters().answered(values.size(), took);
        arm.meters()
                .timed(
                        checked - started,
                        predicted - checked,
                        done - predicted,
                        context.receivedAt().toEpochMilli());
        record(arm, ArmRole.PRIMARY, context, values, scored, took);
        if (spans.on()) {
            spans.record(arm, values.size(), new PredictSpans.Times(started, checked, predicted, done));
        }
        shadow(query, context, ids);
        return new Answer(
                query.endpoint(), arm.name(), arm.model().id(), signature, prediction, scored, query.requestId());
    }

    private void record(
            ServedArm arm,
            ArmRole role,
            Context context,
            List<Map<String, @Nullable Object>> values,
            List<Scored> scored,
            Duration took) {
        Route route = context.route();
        // The key may be the value of the sticky column.
        String key = route.stickyKey() != null && route.redacted().contains(route.stickyKey()) ? null : context.key();
        VersionId version = arm.model().id();
        for (int row = 0; row < values.size(); row++) {
            Scored said = scored.get(row);
            log.add(new PredictionEntry(
                    said.predictionId(),
                    route.endpoint(),
                    arm.name(),
                    role.text(),
                    version.model(),
                    version.version(),
                    context.eventAt(),
                    context.receivedAt(),
                    context.requestId(),
                    key,
                    values.get(row),
                    route.redacted(),
                    route.logSample(),
                    said.score(),
                    said.label(),
                    said.decision(),
                    took.toNanos() / 1000));
        }
    }

    private void shadow(InferenceQuery query, Context context, List<UUID> ids) {
        ServedArm shadow = context.route().shadow();
        if (shadow != null && shadow.model().acquire()) {
            shadows.submit(
                    () -> {
                        try {
                            shadowed(query.inputs(), shadow, context, ids);
                        } finally {
                            shadow.model().release();
                        }
                    },
                    shadow.model()::release);
        }
    }

    private void shadowed(InferenceInputs inputs, ServedArm shadow, Context context, List<UUID> ids) {
        long started = System.nanoTime();
        Decision decision = context.route().decision();
        try {
            Signature signature = shadow.model().signature();
            List<Map<String, @Nullable Object>> values = inputs.rows(signature);
            Rows rows = RowCheck.rows(values, signature, context.route().columns());
            List<Scored> scored = Scores.of(shadow.model().predict(rows), ids, decision);
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            shadow.meters().answered(values.size(), took);
            record(shadow, ArmRole.SHADOW, context, values, scored, took);
        } catch (SignatureException e) {
            shadow.meters().refused();
        } catch (RuntimeException e) {
            shadow.meters().failed();
            throw e;
        }
    }
}
