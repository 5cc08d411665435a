package io.millrace.pipeline.run;

import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.definition.DefinitionService;
import io.millrace.pipeline.definition.PipelineSpec;
import io.millrace.pipeline.step.ArtifactFiles;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Step 7 of 10: takes queued and abandoned runs and carries them out, each in a thread of its own. The scheduler calls it from
 * its threads; {@code active} is the only state they share.
 */
@ApplicationScoped
class RunWorkerJob {

    private static final Logger LOG = Logger.getLogger(RunWorkerJob.class);

    private final RunService runs;
    private final DefinitionService definitions;
    private final RunConfig config;
    private final RunExecution.Tools tools;
    private final Set<RunExecution> active = ConcurrentHashMap.newKeySet();
    private final String worker = UUID.randomUUID().toString();
    private volatile boolean stopping;

    RunWorkerJob(
            RunService runs,
            DefinitionService definitions,
            ArtifactFiles files,
            WorkFolders folders,
            RunMetrics metrics,
            RunConfig config,
            Clock clock,
            @All List<StepExecutor> executors) {
        this.runs = runs;
        this.definitions = definitions;
        this.config = config;
        Map<StepName, StepExecutor> byName = new EnumMap<>(StepName.class);
        executors.forEach(executor -> byName.put(executor.name(), executor));
        this.tools = new RunExecution.Tools(runs, byName, files, folders, metrics, config, clock);
    }

    @Scheduled(
            every = "{millrace.pipeline.run.every}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            executeWith = Scheduled.SIMPLE)
    void work() {
        while (!stopping && active.size() < config.workers()) {
            Optional<Run> claimed = runs.claim(worker, config.lease());
            if (claimed.isEmpty()) {
                return;
            }
            start(claimed.get());
        }
    }

    private void start(Run run) {
        PipelineSpec spec;
        try {
            spec = definitions.get(run.pipeline(), run.revision()).spec();
        } catch (PlatformException e) {
            // Saved by an earlier release and refused by this one: no worker can carry it out.
            runs.endRun(run, RunState.FAILED, "the definition cannot be read: " + e.getMessage());
            return;
        }
        RunExecution execution = new RunExecution(run, spec, tools);
        active.add(execution);
        Thread thread = new Thread(() -> execute(execution), "millrace-run-" + run.id());
        thread.setDaemon(true);
        thread.start();
    }

    private void execute(RunExecution execution) {
        try {
            execution.execute();
        } catch (RuntimeException | Error e) {
            // The lease runs out and the run is taken up again; nothing is lost by letting go here.
            LOG.errorf(e, "run let go run=%s", execution.run().id());
        } finally {
            active.remove(execution);
        }
    }

    /** Keeps the leases of this replica's runs; a run whose lease was lost is told so. */
    @Scheduled(
            every = "{millrace.pipeline.run.heartbeat-every}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            executeWith = Scheduled.SIMPLE)
    void heartbeat() {
        for (RunExecution execution : active) {
            try {
                execution.beat(runs.heartbeat(execution.run(), config.lease()));
            } catch (RuntimeException e) {
                LOG.warnf("lease not extended run=%s reason=%s", execution.run().id(), e.getMessage());
            }
        }
    }

    /** Gives the runs of this replica back, so that another, or this one after its restart, takes them at once. */
    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        for (RunExecution execution : active) {
            execution.stop();
            try {
                runs.release(execution.run());
            } catch (RuntimeException e) {
                LOG.warnf("run not given back run=%s reason=%s", execution.run().id(), e.getMessage());
            }
        }
    }
}
