package io.millrace.pipeline.run;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.pipeline.step.StepName;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;

/** Counts and times of runs and steps, as {@code millrace_pipeline_*}. */
@ApplicationScoped
class RunMetrics {

    private final MeterRegistry meters;

    RunMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    void queued(Run run) {
        meters.counter("millrace.pipeline.runs.queued", "pipeline", run.pipeline(), "trigger", run.trigger())
                .increment();
    }

    void finished(Run run, RunState state, Instant now) {
        meters.counter("millrace.pipeline.runs.finished", "pipeline", run.pipeline(), "state", state.name())
                .increment();
        Instant started = run.startedAt();
        if (started != null) {
            meters.timer("millrace.pipeline.run.duration", "pipeline", run.pipeline(), "state", state.name())
                    .record(Duration.between(started, now));
        }
    }

    /** @param outcome succeeded, cached or failed */
    void step(StepName step, String outcome, Duration took) {
        meters.timer("millrace.pipeline.step.duration", "step", step.wire(), "outcome", outcome)
                .record(took);
    }

    void leaseLost() {
        meters.counter("millrace.pipeline.leases.lost").increment();
    }
}
