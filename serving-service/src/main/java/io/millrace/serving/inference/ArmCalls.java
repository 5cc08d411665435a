package io.millrace.serving.inference;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.ModelUnavailableException;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.guard.ArmGuard;
import io.millrace.serving.guard.Breaker;
import io.millrace.serving.guard.MicroBatcher;
import io.millrace.serving.guard.ResultCache;
import io.millrace.serving.guard.RowsKey;
import io.millrace.serving.model.ModelHandle;
import io.millrace.serving.route.Failover;
import io.millrace.serving.route.ServedArm;
import io.vertx.core.Context;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls an arm's model within its guards: cache, circuit breaker, concurrency limit, batches, and a time-out. Calls with a
 * time-out run on threads of their own, at most {@code millrace.serving.timed.threads}.
 */
@Singleton
class ArmCalls {

    private final ThreadPoolExecutor threads;

    ArmCalls(InferenceConfig config) {
        this.threads = new ThreadPoolExecutor(
                0, config.timedThreads(), 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "timed-call");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Why an arm did not answer. */
    enum Trouble {
        /** The model failed. */
        ERROR,
        /** It took longer than the fallback allows. */
        TIMEOUT,
        /** Its circuit breaker is open. */
        OPEN,
        /** As many requests as it may have are in it. */
        BUSY;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What came of a call. */
    sealed interface Outcome {
        record Predicted(Prediction prediction) implements Outcome {
            @Override
            public <T> T fold(Function<Predicted, T> predicted, Function<Broken, T> broken) {
                return predicted.apply(this);
            }
        }

        /** @param failure what the caller is told when nobody else answers */
        record Broken(Trouble trouble, RuntimeException failure) implements Outcome {
            @Override
            public <T> T fold(Function<Predicted, T> predicted, Function<Broken, T> broken) {
                return broken.apply(this);
            }
        }

        <T> T fold(Function<Predicted, T> predicted, Function<Broken, T> broken);
    }

    /**
     * Calls the model; its user is the caller.
     *
     * @throws SignatureException when the rows do not fit, which is the caller's fault and no trouble of the arm
     */
    Outcome call(Failover failover, ServedArm arm, Rows rows) {
        ResultCache cache = failover.guard().cache();
        if (cache == null) {
            return guarded(failover, arm, rows);
        }
        RowsKey key = ResultCache.key(arm.model().tag(), rows);
        Optional<Prediction> found = cache.find(key);
        if (found.isPresent()) {
            return new Outcome.Predicted(found.get());
        }
        Outcome outcome = guarded(failover, arm, rows);
        if (outcome instanceof Outcome.Predicted fresh) {
            cache.put(key, fresh.prediction());
        }
        return outcome;
    }

    private Outcome guarded(Failover failover, ServedArm arm, Rows rows) {
        ArmGuard guard = failover.guard().arm(arm.name());
        Breaker breaker = guard.breaker();
        int ticket = breaker == null ? 0 : breaker.enter(System.nanoTime());
        if (ticket == Breaker.REFUSED) {
            return new Outcome.Broken(
                    Trouble.OPEN,
                    PlatformException.unavailable(
                            "arm " + arm.name() + " failed too often and is left alone for a while"));
        }
        Semaphore places = guard.places();
        if (places != null && !places.tryAcquire()) {
            cancel(breaker, ticket);
            return busy(arm, "has as many requests as it may have");
        }
        int timeoutMs = failover.timeoutMs(arm);
        if (timeoutMs == 0) {
            return direct(guard, arm, rows, breaker, ticket, places);
        }
        return timed(guard, arm, rows, breaker, ticket, timeoutMs);
    }

    private static Outcome direct(
            ArmGuard guard,
            ServedArm arm,
            Rows rows,
            @Nullable Breaker breaker,
            int ticket,
            @Nullable Semaphore places) {
        try {
            Prediction prediction = predict(guard, arm.model(), rows);
            leave(breaker, ticket, false);
            return new Outcome.Predicted(prediction);
        } catch (SignatureException e) {
            cancel(breaker, ticket);
            throw e;
        } catch (RuntimeException e) {
            leave(breaker, ticket, true);
            return new Outcome.Broken(Trouble.ERROR, told(e));
        } catch (Error e) {
            leave(breaker, ticket, true);
            throw e;
        } finally {
            if (places != null) {
                places.release();
            }
        }
    }

    /** The call keeps its place and its use of the model until it ends, also when nobody waits for it any more. */
    private Outcome timed(
            ArmGuard guard, ServedArm arm, Rows rows, @Nullable Breaker breaker, int ticket, int timeoutMs) {
        ModelHandle model = arm.model();
        Semaphore places = guard.places();
        // The caller uses the model now, so it cannot be closed.
        boolean held = model.acquire();
        Callable<Prediction> work = () -> {
            try {
                return predict(guard, model, rows);
            } finally {
                free(places, held, model);
            }
        };
        Future<Prediction> future;
        try {
            future = threads.submit(work);
        } catch (RejectedExecutionException e) {
            free(places, held, model);
            cancel(breaker, ticket);
            return busy(arm, "cannot be called, too many calls are running");
        }
        try {
            Prediction prediction = future.get(timeoutMs, TimeUnit.MILLISECONDS);
            leave(breaker, ticket, false);
            return new Outcome.Predicted(prediction);
        } catch (TimeoutException e) {
            leave(breaker, ticket, true);
            return new Outcome.Broken(
                    Trouble.TIMEOUT,
                    PlatformException.unavailable("arm " + arm.name() + " took longer than " + timeoutMs + " ms"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cancel(breaker, ticket);
            return new Outcome.Broken(Trouble.TIMEOUT, PlatformException.unavailable("the service is stopping"));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SignatureException wrong) {
                cancel(breaker, ticket);
                throw wrong;
            }
            leave(breaker, ticket, true);
            RuntimeException failure = e.getCause() instanceof RuntimeException own
                    ? own
                    : new IllegalStateException("the model failed", e.getCause());
            return new Outcome.Broken(Trouble.ERROR, told(failure));
        }
    }

    private static Prediction predict(ArmGuard guard, ModelHandle model, Rows rows) {
        MicroBatcher batcher = guard.batcher();
        // An event loop must not wait for others, and has no company to wait for.
        return batcher == null || Context.isOnEventLoopThread()
                ? model.predict(rows)
                : batcher.predict(model, rows, model::predict);
    }

    private static void free(@Nullable Semaphore places, boolean held, ModelHandle model) {
        if (places != null) {
            places.release();
        }
        if (held) {
            model.release();
        }
    }

    /** A server of ours that does not answer is not our own mistake. */
    private static RuntimeException told(RuntimeException failure) {
        return failure instanceof ModelUnavailableException
                ? new PlatformException(
                        ErrorCode.UPSTREAM_UNAVAILABLE, String.valueOf(failure.getMessage()), List.of(), failure)
                : failure;
    }

    private static Outcome busy(ServedArm arm, String why) {
        return new Outcome.Broken(
                Trouble.BUSY,
                new PlatformException(
                        ErrorCode.TOO_MANY_REQUESTS, "arm " + arm.name() + " " + why + ", try again shortly"));
    }

    private static void leave(@Nullable Breaker breaker, int ticket, boolean failed) {
        if (breaker != null) {
            breaker.leave(ticket, failed, System.nanoTime());
        }
    }

    private static void cancel(@Nullable Breaker breaker, int ticket) {
        if (breaker != null) {
            breaker.cancel(ticket);
        }
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
