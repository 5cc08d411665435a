package io.millrace.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.testing.Eventually;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.pipeline.definition.DefinitionService;
import io.millrace.pipeline.definition.Yaml;
import io.millrace.pipeline.step.ArtifactFiles;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine with steps that do nothing but what a test tells them; the service's own workers are off. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "service", value = "pipeline"),
            @ResourceArg(name = "millrace.pipeline.run.every", value = "off"),
            @ResourceArg(name = "millrace.pipeline.run.heartbeat-every", value = "off")
        })
class RunIT {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Instant AS_OF = Instant.parse("2026-05-01T00:00:00Z");
    private static final String RETRY = "run: { retry: { attempts: 3, delay: PT0S } }\n";

    @Inject
    RunService runs;

    @Inject
    DefinitionService definitions;

    @Inject
    ArtifactFiles files;

    @Inject
    WorkFolders folders;

    @Inject
    RunConfig config;

    PostgresForTests postgres;

    private final ObjectMapper json = new ObjectMapper();
    private final Map<StepName, StepExecutor> executors = new EnumMap<>(StepName.class);
    private final List<StepName> done = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void emptyTheStore() {
        postgres.execute("delete from pipeline.run", "delete from pipeline.event");
        for (StepName name : StepName.values()) {
            step(
                    name,
                    context -> new StepOutcome.Succeeded(json.createObjectNode().put("step", name.wire())));
        }
    }

    @Test
    void carriesEveryStepOutOnceAndSaysSo() {
        Run run = queue("one", "", "key");

        execute(claim());

        assertThat(runs.get(run.id()).state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(done).doesNotHaveDuplicates().hasSize(StepName.values().length - 1);
        assertThat(postgres.single("select data ->> 'state' from pipeline.event where type = 'pipeline.run.finished'"))
                .isEqualTo("SUCCEEDED");
        assertThat(postgres.single("select caused_by from pipeline.event")).isEqualTo("user:test");
    }

    @Test
    void givesARunToOneOfManyWorkers() throws Exception {
        for (int i = 0; i < 10; i++) {
            queue("many-" + i, "", "key");
        }
        ExecutorService workers = Executors.newFixedThreadPool(4);
        List<Future<List<UUID>>> claims = new ArrayList<>();
        Callable<List<UUID>> claimAll = () -> {
            List<UUID> mine = new ArrayList<>();
            for (Optional<Run> run = runs.claim("w", LEASE); run.isPresent(); run = runs.claim("w", LEASE)) {
                mine.add(run.get().id());
            }
            return mine;
        };
        for (int i = 0; i < 4; i++) {
            claims.add(workers.submit(claimAll));
        }
        List<UUID> all = new ArrayList<>();
        for (Future<List<UUID>> claim : claims) {
            all.addAll(claim.get());
        }
        workers.shutdown();

        assertThat(all).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void carriesOneRunOfAPipelineOutAtATime() {
        Run first = queue("single", "", "a");
        Run second = queue("single", "", "b");

        Run claimed = claim();
        assertThat(claimed.id()).isEqualTo(first.id());
        assertThat(runs.claim("other", LEASE)).isEmpty();

        execute(claimed);
        assertThat(claim().id()).isEqualTo(second.id());
    }

    @Test
    void goesOnAtTheStepWhereAWorkerWasLost() throws Exception {
        CountDownLatch training = new CountDownLatch(1);
        CountDownLatch resume = new CountDownLatch(1);
        step(StepName.TRAIN, context -> {
            training.countDown();
            resume.await();
            return new StepOutcome.Succeeded(json.createObjectNode().put("by", "the lost worker"));
        });
        Run run = queue("lost", "", "key");
        Run first = claim();
        Thread abandoned = new Thread(() -> execute(first));
        abandoned.start();
        training.await();
        expire();

        step(
                StepName.TRAIN,
                context -> new StepOutcome.Succeeded(json.createObjectNode().put("by", "the second")));
        done.clear();
        Run second = claim();
        execute(second);
        resume.countDown();
        abandoned.join();

        assertThat(second.id()).isEqualTo(run.id());
        assertThat(second.fence()).isEqualTo(first.fence() + 1);
        assertThat(second.takeovers()).isEqualTo(1);
        assertThat(runs.get(run.id()).state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(done).doesNotContain(StepName.DATA, StepName.EXPECT, StepName.SPLIT, StepName.FEATURES);
        assertThat(output(run, "train")).contains("the second");
        assertThat(postgres.single("select count(*) from pipeline.event")).isEqualTo("1");
    }

    @Test
    void letsALostWorkerWriteNothing() {
        Run run = queue("fenced", "", "key");
        Run first = claim();
        assertThat(runs.startStep(first, StepName.DATA)).isTrue();
        expire();
        Run second = claim();

        assertThat(runs.heartbeat(first, LEASE)).isEqualTo(LeaseLost.TAKEN_OVER);
        assertThat(runs.startStep(first, StepName.EXPECT)).isFalse();
        assertThat(runs.endStep(first, StepEnd.succeeded(StepName.DATA, json.createObjectNode(), null, null, false)))
                .isFalse();
        runs.endRun(first, RunState.FAILED, "from the past");

        assertThat(runs.get(run.id()).state()).isEqualTo(RunState.RUNNING);
        assertThat(runs.heartbeat(second, LEASE)).isEqualTo(LeaseLost.NO);
        assertThat(postgres.single("select state from pipeline.step_run where step = 'data'"))
                .isEqualTo("RUNNING");
    }

    @Test
    void finishesARunWhoseStoreWasLostInTheMiddleOfAStep() throws Exception {
        AtomicInteger trained = new AtomicInteger();
        step(StepName.TRAIN, context -> {
            if (trained.incrementAndGet() == 1) {
                postgres.dropConnections();
            }
            return new StepOutcome.Succeeded(json.createObjectNode().put("by", trained.get()));
        });
        Run run = queue("storeless", RETRY, "key");

        Eventually.holds("the run ends", () -> {
            try {
                runs.claim("test-worker", LEASE).ifPresent(this::execute);
                return runs.get(run.id()).state() == RunState.SUCCEEDED;
            } catch (RuntimeException e) {
                // As a worker does: it lets the run go, whose lease then runs out.
                expire();
                return false;
            }
        });

        assertThat(done.stream().filter(StepName.FEATURES::equals)).hasSize(1);
        assertThat(postgres.single("select count(*) from pipeline.event")).isEqualTo("1");
        assertThat(postgres.single("select count(*) from pipeline.step_run where state <> 'SUCCEEDED' and run_id = '"
                        + run.id() + "'"))
                .isEqualTo("0");
    }

    @Test
    void givesUpARunThatKeepsLosingItsWorkers() {
        Run run = queue("deadly", "", "key");
        claim();
        for (int i = 0; i < config.maxTakeovers() - 1; i++) {
            expire();
            claim();
        }
        expire();

        execute(claim());

        assertThat(runs.get(run.id()).state()).isEqualTo(RunState.FAILED);
        assertThat(runs.get(run.id()).reason()).isEqualTo("its worker was lost 5 times");
        assertThat(done).isEmpty();
    }

    @Test
    void triesAgainWhatMayHelpAndNotWhatCannot() {
        List<Integer> attempts = new ArrayList<>();
        step(StepName.REGISTER, context -> {
            attempts.add(1);
            throw new PlatformException(ErrorCode.UPSTREAM_UNAVAILABLE, "the registry is away");
        });
        Run patient = queue("patient", RETRY, "key");
        execute(claim());
        assertThat(attempts).hasSize(3);
        assertThat(runs.get(patient.id()).reason()).isEqualTo("register: the registry is away");

        step(StepName.DATA, context -> {
            attempts.add(1);
            throw PlatformException.invalid("/data", "has no such column");
        });
        Run hopeless = queue("hopeless", RETRY, "key");
        execute(claim());
        assertThat(attempts).hasSize(4);
        assertThat(runs.get(hopeless.id()).state()).isEqualTo(RunState.FAILED);
        assertThat(postgres.single("select state from pipeline.step_run where step = 'train' and run_id = '"
                        + hopeless.id() + "'"))
                .isEqualTo("SKIPPED");
    }

    @Test
    void endsARejectedCandidateWithTheStepThatRejectedIt() {
        step(StepName.GATES, context -> new StepOutcome.Rejected(json.createObjectNode(), "roc_auc is too low"));
        Run run = queue("rejected", "", "key");

        execute(claim());

        assertThat(runs.get(run.id()).state()).isEqualTo(RunState.REJECTED);
        assertThat(runs.get(run.id()).reason()).isEqualTo("roc_auc is too low");
        assertThat(done).doesNotContain(StepName.REGISTER);
        assertThat(runs.claim("w", LEASE)).isEmpty();
    }

    @Test
    void waitsForAPersonAndGoesOnWithRegistering() {
        step(StepName.GATES, context -> new StepOutcome.Held(json.createObjectNode(), "inconclusive"));
        step(
                StepName.REGISTER,
                context -> new StepOutcome.Succeeded(
                        json.createObjectNode().put("version", 7).put("trackingRunId", "t-1")));
        Run run = queue("held", "", "key");
        execute(claim());
        assertThat(runs.get(run.id()).state()).isEqualTo(RunState.HELD);
        assertThat(runs.claim("w", LEASE)).isEmpty();

        done.clear();
        runs.decide(run.id(), true, "looks fine", "ada");
        execute(claim());

        assertThat(done).containsExactly(StepName.REGISTER);
        assertThat(runs.get(run.id()).state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(runs.get(run.id()).registeredVersion()).isEqualTo(7);
        assertThat(runs.get(run.id()).trackingRunId()).isEqualTo("t-1");
        assertThatThrownBy(() -> runs.decide(run.id(), true, "again", "ada")).isInstanceOf(PlatformException.class);
    }

    @Test
    void rejectsAHeldRunOnAPersonsWord() {
        step(StepName.GATES, context -> new StepOutcome.Held(json.createObjectNode(), "inconclusive"));
        Run run = queue("refused", "", "key");
        execute(claim());

        runs.decide(run.id(), false, "not convinced", "ada");

        assertThat(runs.get(run.id()).state()).isEqualTo(RunState.REJECTED);
        assertThat(runs.get(run.id()).reason()).isEqualTo("rejected by ada: not convinced");
        assertThat(postgres.single("select data ->> 'state' from pipeline.event order by id desc limit 1"))
                .isEqualTo("REJECTED");
    }

    @Test
    void stopsACancelledRun() throws Exception {
        CountDownLatch training = new CountDownLatch(1);
        step(StepName.TRAIN, context -> {
            training.countDown();
            Eventually.holds("the run is cancelled", () -> {
                context.checkAlive();
                return false;
            });
            throw new IllegalStateException("never reached");
        });
        Run run = queue("cancelled", "", "key");
        RunExecution execution = execution(claim());
        Thread worker = new Thread(execution::execute);
        worker.start();
        training.await();

        runs.cancel(run.id(), "ada");
        execution.beat(runs.heartbeat(execution.run(), LEASE));
        worker.join();

        assertThat(runs.get(run.id()).state()).isEqualTo(RunState.CANCELLED);
        assertThat(done).doesNotContain(StepName.EVALUATE);
        assertThatThrownBy(() -> runs.cancel(run.id(), "ada"))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    }

    @Test
    void givesARunBackAtShutdown() {
        Run run = queue("returned", "", "key");
        Run first = claim();
        runs.release(first);

        Run second = claim();

        assertThat(second.id()).isEqualTo(run.id());
        assertThat(second.takeovers()).isZero();
        assertThat(runs.heartbeat(first, LEASE)).isEqualTo(LeaseLost.TAKEN_OVER);
    }

    @Test
    void takesAStepFromTheCacheWhileItsFilesAreThere() {
        executors.put(StepName.DATA, new CachedStep());
        queue("cache-a", "", "key");
        execute(claim());
        Run second = queue("cache-b", "", "key");
        execute(claim());

        assertThat(done.stream().filter(StepName.DATA::equals)).hasSize(1);
        assertThat(postgres.single(
                        "select cached from pipeline.step_run where step = 'data' and run_id = '" + second.id() + "'"))
                .isEqualTo("t");
    }

    @Test
    void makesOneRunOfOneKeyAndRefusesItForAnother() {
        Run first = queue("keyed", "", "alert-1");

        assertThat(queue("keyed", "", "alert-1").id()).isEqualTo(first.id());
        assertThatThrownBy(() -> runs.queue(
                        new RunService.Wish("keyed", "manual", "alert-1", AS_OF.plusSeconds(1), "user:test", "test")))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE));
    }

    @Test
    void leavesARunOutWhenThePipelineIsBusyAndSaysSkip() {
        String skip = "run: { concurrency: { limit: 1, whenBusy: skip } }\n";
        queue("busy", skip, "a");

        assertThatThrownBy(() -> queue("busy", skip, "b"))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    }

    private interface Work {
        StepOutcome execute(StepContext context) throws Exception;
    }

    private void step(StepName name, Work work) {
        executors.put(name, new StepExecutor() {
            @Override
            public StepName name() {
                return name;
            }

            @Override
            public StepOutcome execute(StepContext context) throws Exception {
                done.add(name);
                return work.execute(context);
            }
        });
    }

    private final class CachedStep implements StepExecutor {
        @Override
        public StepName name() {
            return StepName.DATA;
        }

        @Override
        public StepOutcome execute(StepContext context) {
            done.add(StepName.DATA);
            return new StepOutcome.Succeeded(json.createObjectNode().put("rows", 3));
        }

        @Override
        public Optional<String> cacheKey(StepContext context) {
            return Optional.of("1/iris.csv");
        }
    }

    private Run queue(String pipeline, String more, String key) {
        definitions.save(pipeline, Yaml.minimal(pipeline, more), "test");
        return runs.queue(new RunService.Wish(pipeline, "manual", key, AS_OF, "user:test", "test"));
    }

    private Run claim() {
        return runs.claim("test-worker", LEASE).orElseThrow();
    }

    private void expire() {
        postgres.execute("update pipeline.run set claimed_until = now() - interval '1 second' where state = 'RUNNING'");
    }

    private void execute(Run run) {
        execution(run).execute();
    }

    private RunExecution execution(Run run) {
        return new RunExecution(
                run,
                definitions.get(run.pipeline(), run.revision()).spec(),
                new RunExecution.Tools(
                        runs,
                        new EnumMap<>(executors),
                        files,
                        folders,
                        new RunMetrics(new SimpleMeterRegistry()),
                        config,
                        Clock.systemUTC()));
    }

    private String output(Run run, String step) {
        return String.valueOf(postgres.single(
                "select output from pipeline.step_run where step = '" + step + "' and run_id = '" + run.id() + "'"));
    }
}
