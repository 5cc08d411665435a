package io.millrace.serving.inference;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.guard.AdaptiveLimit;
import io.millrace.serving.inference.Answer.Scored;
import io.millrace.serving.inference.ArmCalls.Outcome.Broken;
import io.millrace.serving.route.Failover;
import io.millrace.serving.route.RequestAttributes;
import io.millrace.serving.route.Route;
import io.millrace.serving.route.RouteTable;
import io.millrace.serving.route.ServedArm;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Answers requests from what is in memory. */
@Singleton
public class InferenceService {

    private static final int TRIES = 100;
    private static final int MAX_KEY = 1000;

    private final RouteTable routes;
    private final AnswerLog log;
    private final Shadows shadows;
    private final ArmCalls calls;
    private final InferenceConfig config;
    private final Clock clock;
    private final LongAdder unkeyed = new LongAdder();
    private final PredictSpans spans;

    InferenceService(
            RouteTable routes,
            AnswerLog log,
            Shadows shadows,
            ArmCalls calls,
            InferenceConfig config,
            Clock clock,
            PredictSpans spans,
            MeterRegistry meters) {
        this.spans = spans;
        this.routes = routes;
        this.log = log;
        this.shadows = shadows;
        this.calls = calls;
        this.config = config;
        this.clock = clock;
        FunctionCounter.builder("millrace.serving.requests.unkeyed", unkeyed, LongAdder::sum)
                .description("Requests to a sticky endpoint that carried no key and went to an arm by chance")
                .register(meters);
    }

    /** Most rows of a request. */
    public int maxRows() {
        return config.maxRows();
    }

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
                    return admitted(query, arm, new CallContext(route, now, eventAt, query.requestId(), key));
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
        String header = route.failover().keyHeader();
        if (key == null && header != null) {
            key = query.headers().apply(header);
        }
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
                key == null ? Long.toHexString(ThreadLocalRandom.current().nextLong()) : key, new Asked(query));
    }

    /** What rules ask about a request. */
    private record Asked(InferenceQuery query) implements RequestAttributes {
        @Override
        public @Nullable String column(String name) {
            return query.inputs().key(name);
        }

        @Override
        public @Nullable String header(String name) {
            return query.headers().apply(name);
        }
    }

    /** Answers unless the endpoint has as much work as it can do in time. */
    private Answer admitted(InferenceQuery query, ServedArm arm, CallContext context) {
        AdaptiveLimit limit = context.route().failover().guard().limit();
        if (limit == null) {
            return withFallback(query, arm, context);
        }
        if (!limit.enter(!io.vertx.core.Context.isOnEventLoopThread())) {
            throw PlatformException.unavailable("endpoint " + query.endpoint() + " is overloaded, try again shortly");
        }
        long started = System.nanoTime();
        try {
            return withFallback(query, arm, context);
        } finally {
            limit.leave(System.nanoTime() - started);
        }
    }

    private Answer withFallback(InferenceQuery query, ServedArm arm, CallContext context) {
        Failover failover = context.route().failover();
        Attempt first = answer(query, arm, context, null);
        Broken broken = first.broken();
        if (broken == null) {
            return first.get();
        }
        // Who asks for a version wants no other.
        ServedArm other = query.version() == null ? failover.fallback(arm) : null;
        if (other != null && other.model().acquire()) {
            try {
                Attempt second = answer(query, other, context, arm.name());
                if (second.broken() == null) {
                    failover.troubled(arm, broken.trouble().text(), true);
                    return second.get();
                }
                failover.troubled(other, second.broken().trouble().text(), false);
            } finally {
                other.model().release();
            }
        }
        failover.troubled(arm, broken.trouble().text(), false);
        throw broken.failure();
    }

    /** An answer, or why there is none. */
    private record Attempt(
            @Nullable Answer answer, @Nullable Broken broken) {
        Answer get() {
            return Objects.requireNonNull(answer);
        }
    }

    private Attempt answer(InferenceQuery query, ServedArm arm, CallContext context, @Nullable String fallbackFrom) {
        long started = System.nanoTime();
        Signature signature = arm.model().signature();
        CheckedRows checkedRows;
        Prediction prediction;
        long checked;
        long predicted;
        try {
            checkedRows = query.inputs()
                    .read(signature, arm.model().layout(), context.route().columns());
            checked = System.nanoTime();
            ArmCalls.Outcome outcome = calls.call(context.route().failover(), arm, checkedRows.rows());
            predicted = System.nanoTime();
            if (outcome instanceof Broken broken) {
                arm.meters().failed();
                return new Attempt(null, broken);
            }
            prediction = ((ArmCalls.Outcome.Predicted) outcome).prediction();
        } catch (SignatureException e) {
            arm.meters().refused();
            throw query.inputs().refused(context.route().shown(e));
        } catch (PlatformException e) {
            arm.meters().refused();
            throw e;
        } catch (RuntimeException e) {
            arm.meters().failed();
            throw e;
        }
        int size = checkedRows.values().size();
        List<UUID> ids = new ArrayList<>(size);
        for (int row = 0; row < size; row++) {
            ids.add(PredictionIds.next(context.receivedAt().toEpochMilli()));
        }
        List<Scored> scored = Scores.of(prediction, ids, context.route().decision());
        long done = System.nanoTime();
        Duration took = Duration.ofNanos(done - started);
        arm.meters().answered(size, took);
        arm.meters()
                .timed(
                        checked - started,
                        predicted - checked,
                        done - predicted,
                        context.receivedAt().toEpochMilli());
        log.record(arm, context, checkedRows.values(), scored, List.of(), took);
        if (spans.on()) {
            spans.record(arm, size, new PredictSpans.Times(started, checked, predicted, done));
        }
        shadows.ask(query.inputs(), context, new Shadows.Told(arm.name(), scored, took));
        return new Attempt(
                new Answer(
                        query.endpoint(),
                        arm.name(),
                        arm.model().id(),
                        signature,
                        prediction,
                        scored,
                        query.requestId(),
                        fallbackFrom),
                null);
    }
}
