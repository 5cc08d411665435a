package io.millrace.serving.inference;

import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.inference.Answer.Scored;
import io.millrace.serving.predictionlog.Comparison;
import io.millrace.serving.route.ServedArm;
import io.millrace.serving.route.ShadowMeters;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Asks the shadow arm after the caller has its answer, and sets the two side by side: in meters and in the log. */
@Singleton
class Shadows {

    private final ShadowRunner runner;
    private final AnswerLog log;

    Shadows(ShadowRunner runner, AnswerLog log) {
        this.runner = runner;
        this.log = log;
    }

    /** What the caller was told: by which arm, and how long that took. */
    record Told(String arm, List<Scored> rows, Duration took) {}

    /** Returns at once. */
    void ask(InferenceInputs inputs, CallContext context, Told told) {
        ServedArm shadow = context.route().shadow();
        ShadowMeters meters = context.route().shadowMeters();
        if (shadow != null && meters != null && shadow.model().acquire()) {
            runner.submit(
                    () -> {
                        try {
                            answer(inputs, shadow, meters, context, told);
                        } finally {
                            shadow.model().release();
                        }
                    },
                    shadow.model()::release);
        }
    }

    private void answer(InferenceInputs inputs, ServedArm shadow, ShadowMeters meters, CallContext context, Told told) {
        long started = System.nanoTime();
        try {
            Signature signature = shadow.model().signature();
            CheckedRows checked = inputs.read(
                    signature, shadow.model().layout(), context.route().columns());
            List<UUID> ids = told.rows.stream().map(Scored::predictionId).toList();
            List<Scored> scored = Scores.of(
                    shadow.model().predict(checked.rows()), ids, context.route().decision());
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            shadow.meters().answered(checked.values().size(), took);
            List<Comparison> compared = Comparisons.of(told.rows, scored);
            compared.forEach(row -> meters.compared(told.arm, row));
            meters.latency(told.took, took);
            log.record(shadow, context, checked.values(), scored, compared, took);
        } catch (SignatureException e) {
            shadow.meters().refused();
        } catch (RuntimeException e) {
            shadow.meters().failed();
            throw e;
        }
    }
}
