package io.millrace.serving.inference;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Runs shadow predictions on threads of their own. A full queue drops them: the primary's answer never waits. */
@ApplicationScoped
class ShadowRunner {

    private static final Logger LOG = Logger.getLogger(ShadowRunner.class);

    private final ThreadPoolExecutor threads;
    private final Counter dropped;

    ShadowRunner(InferenceConfig config, MeterRegistry meters) {
        this.threads = new ThreadPoolExecutor(
                config.shadowThreads(),
                config.shadowThreads(),
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(config.shadowQueue()),
                task -> {
                    Thread thread = new Thread(task, "shadow");
                    thread.setDaemon(true);
                    return thread;
                });
        this.dropped = Counter.builder("millrace.serving.shadow.dropped")
                .description("Requests a shadow did not see because it was behind")
                .register(meters);
    }

    /** Runs the task some time later; when it is dropped, runs {@code otherwise} now. */
    void submit(Runnable task, Runnable otherwise) {
        try {
            threads.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | LinkageError e) {
                    LOG.debugf(e, "shadow failed");
                }
            });
        } catch (RejectedExecutionException e) {
            dropped.increment();
            otherwise.run();
        }
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
