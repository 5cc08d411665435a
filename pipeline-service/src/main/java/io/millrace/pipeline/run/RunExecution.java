package io.millrace.pipeline.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.definition.PipelineSpec;
import io.millrace.pipeline.step.ArtifactFiles;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Carries one claimed run out, step by step, from the first step that has not succeeded. Used by one worker thread; the
 * heartbeat and the shutdown tell it to stop from theirs.
 */
final class RunExecution implements StepContext {

    private static final Logger LOG = Logger.getLogger(RunExecution.class);

    /** What an execution works with; the same for all runs of a replica. */
    record Tools(
            RunService runs,
            Map<StepName, StepExecutor> executors,
            ArtifactFiles files,
            WorkFolders folders,
            RunMetrics metrics,
            RunConfig config,
            Clock clock) {}

    private final Run run;
    private final PipelineSpec spec;
    private final Tools tools;
    private final Map<StepName, JsonNode> outputs = new EnumMap<>(StepName.class);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile LeaseLost lost = LeaseLost.NO;
    private volatile long heldSince = System.nanoTime();
    private @Nullable Path workFolder;

    RunExecution(Run run, PipelineSpec spec, Tools tools) {
        this.run = run;
        this.spec = spec;
        this.tools = tools;
    }

    Run run() {
        return run;
    }

    /** Called by the heartbeat with what it learned. */
    void beat(LeaseLost answer) {
        if (answer == LeaseLost.NO) {
            heldSince = System.nanoTime();
        } else {
            lost = answer;
        }
    }

    /** Called at shutdown: the run is given back. */
    void stop() {
        stopped.countDown();
    }

    void execute() {
        LOG.infof(
                "run claimed run=%s pipeline=%s fence=%d takeovers=%d",
                run.id(), run.pipeline(), run.fence(), run.takeovers());
        if (run.takeovers() >= tools.config().maxTakeovers()) {
            String reason = "its worker was lost " + run.takeovers() + " times";
            tools.runs().endRun(run, RunState.FAILED, reason);
            return;
        }
        tools.folders().clear(run.id());
        try {
            if (carryOutAll()) {
                tools.runs().endRun(run, RunState.SUCCEEDED, run.reason());
            }
        } finally {
            tools.folders().clear(run.id());
            if (lost != LeaseLost.NO) {
                LOG.warnf("lease lost run=%s how=%s", run.id(), lost);
                tools.metrics().leaseLost();
            }
        }
    }

    private boolean carryOutAll() {
        for (StepRun step : tools.runs().steps(run.id())) {
            StepName name = StepName.valueOf(step.step().toUpperCase(Locale.ROOT));
            JsonNode done = step.output();
            if (step.state().equals("SUCCEEDED") && done != null) {
                outputs.put(name, done);
            } else if (!carryOut(name)) {
                return false;
            }
        }
        return true;
    }

    /** Carries a step out, with as many attempts as the pipeline allows; answers whether the run goes on. */
    private boolean carryOut(StepName name) {
        for (int attempt = 1; ; attempt++) {
            if (!mayGoOn() || !tools.runs().startStep(run, name)) {
                return false;
            }
            long began = System.nanoTime();
            try {
                return attempt(name, began);
            } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError e) {
                if (!held()) {
                    return false;
                }
                String reason = reason(e);
                boolean again = temporary(e) && attempt < spec.run().attempts();
                LOG.warnf(
                        e instanceof PlatformException ? null : e,
                        "step failed run=%s step=%s attempt=%d again=%s reason=%s",
                        run.id(),
                        name.wire(),
                        attempt,
                        again,
                        reason);
                tools.metrics().step(name, "failed", since(began));
                StepEnd end = StepEnd.failed(name, reason);
                if (!again) {
                    tools.runs().endRun(run, end, RunState.FAILED, name.wire() + ": " + reason);
                    return false;
                }
                if (!tools.runs().endStep(run, end) || pause()) {
                    return false;
                }
            }
        }
    }

    private boolean attempt(StepName name, long began) throws Exception {
        StepExecutor executor = tools.executors().get(name);
        if (executor == null) {
            throw new IllegalStateException("no executor for step " + name);
        }
        String cacheKey =
                executor.cacheKey(this).map(text -> cacheKey(name, text)).orElse(null);
        if (cacheKey != null) {
            Optional<JsonNode> earlier = tools.runs().cached(name, cacheKey);
            if (earlier.isPresent() && executor.reusable(this, earlier.get())) {
                tools.metrics().step(name, "cached", since(began));
                outputs.put(name, earlier.get());
                return tools.runs().endStep(run, StepEnd.succeeded(name, earlier.get(), null, cacheKey, true));
            }
        }
        Path folder = tools.folders().create(run.id(), name);
        workFolder = folder;
        StepOutcome outcome;
        try {
            outcome = executor.execute(this);
        } finally {
            workFolder = null;
            tools.folders().delete(folder);
        }
        if (!held()) {
            return false;
        }
        tools.metrics().step(name, "succeeded", since(began));
        return settle(name, outcome, cacheKey);
    }

    private boolean settle(StepName name, StepOutcome outcome, @Nullable String cacheKey) {
        outputs.put(name, outcome.output());
        if (outcome instanceof StepOutcome.Rejected rejected) {
            end(name, outcome, RunState.REJECTED, rejected.reason());
            return false;
        }
        if (outcome instanceof StepOutcome.Held waiting) {
            end(name, outcome, RunState.HELD, waiting.reason());
            return false;
        }
        return tools.runs().endStep(run, StepEnd.succeeded(name, outcome.output(), null, cacheKey, false));
    }

    private void end(StepName name, StepOutcome outcome, RunState state, String reason) {
        tools.runs().endRun(run, StepEnd.succeeded(name, outcome.output(), reason, null, false), state, reason);
    }

    private static String cacheKey(StepName name, String text) {
        return HexFormat.of()
                .formatHex(ArtifactFiles.sha256().digest((name.wire() + '\n' + text).getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether this worker may still work on the run. A store that cannot be asked for a whole lease counts as a no. */
    private boolean held() {
        if (lost == LeaseLost.NO && since(heldSince).compareTo(tools.config().lease()) > 0) {
            lost = LeaseLost.TAKEN_OVER;
        }
        return stopped.getCount() > 0 && lost == LeaseLost.NO;
    }

    private boolean mayGoOn() {
        if (!held()) {
            return false;
        }
        if (timedOut()) {
            tools.runs().endRun(run, RunState.FAILED, tooLong());
            return false;
        }
        return true;
    }

    private boolean timedOut() {
        Instant started = run.startedAt() == null ? run.queuedAt() : run.startedAt();
        return tools.clock().instant().isAfter(started.plus(spec.run().timeout()));
    }

    private String tooLong() {
        return "the run took longer than " + spec.run().timeout();
    }

    private static boolean temporary(Throwable e) {
        return e instanceof Exception
                && (!(e instanceof PlatformException platform)
                        || platform.code().temporary());
    }

    private static String reason(Throwable e) {
        String message = e.getMessage();
        return message == null || !(e instanceof Exception) ? e.toString() : message;
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    /** Waits before the next attempt; answers whether the worker was told to stop. */
    private boolean pause() {
        try {
            return stopped.await(spec.run().retryDelay().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public PipelineSpec spec() {
        return spec;
    }

    @Override
    public UUID runId() {
        return run.id();
    }

    @Override
    public String causedBy() {
        return run.causedBy();
    }

    @Override
    public Instant asOf() {
        return run.asOf();
    }

    @Override
    public JsonNode output(StepName step) {
        JsonNode output = outputs.get(step);
        if (output == null) {
            throw new IllegalStateException("step " + step + " has no output yet");
        }
        return output;
    }

    @Override
    public ArtifactFiles files() {
        return tools.files();
    }

    @Override
    public Path workFolder() {
        Path folder = workFolder;
        if (folder == null) {
            throw new IllegalStateException("no step is under way");
        }
        return folder;
    }

    @Override
    public void checkAlive() {
        if (!held()) {
            throw new PlatformException(
                    ErrorCode.CONFLICT,
                    "this worker no longer holds the run: " + (lost == LeaseLost.NO ? "STOPPED" : lost));
        }
        if (timedOut()) {
            throw new PlatformException(ErrorCode.CONFLICT, tooLong());
        }
    }
}
