package io.millrace.registry.run;

import io.millrace.common.error.StoreFailure;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Writes what concurrent requests log in one statement, so that they share its cost and its wait for the disk, and writers of
 * one run do not wait for each other's commit. Any thread may call {@link #write}; it returns when its points are committed.
 * The queue is as long as there are requests at work, since each of them waits.
 */
@ApplicationScoped
class MetricWriter {

    private static final int MAX_BATCHES = 100;
    private static final int MAX_POINTS = 5_000;

    private final MetricStore store;
    private final MetricConfig config;
    private final BlockingQueue<Pending> waiting = new LinkedBlockingQueue<>();
    private final List<Thread> writers = new ArrayList<>();
    private volatile boolean stopping;

    /** @param stage completed with the run's lifecycle stage, empty when there is no such run */
    private record Pending(RunMetrics batch, CompletableFuture<Optional<String>> stage) {}

    MetricWriter(MetricStore store, MetricConfig config) {
        this.store = store;
        this.config = config;
    }

    @PostConstruct
    void start() {
        for (int i = 0; i < config.writers(); i++) {
            Thread writer = new Thread(this::work, "metric-writer-" + i);
            writer.setDaemon(true);
            writer.start();
            writers.add(writer);
        }
    }

    @PreDestroy
    void stop() {
        stopping = true;
        writers.forEach(Thread::interrupt);
    }

    /**
     * Writes the points, unless the run is missing or deleted.
     *
     * @return the lifecycle stage of the run, empty when there is none
     * @throws RuntimeException what the store throws; nothing is written then
     */
    Optional<String> write(RunMetrics batch) {
        Pending pending = new Pending(batch, new CompletableFuture<>());
        waiting.add(pending);
        try {
            return pending.stage().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void work() {
        List<Pending> together = new ArrayList<>();
        while (!stopping) {
            try {
                take(together);
                writeAll(together);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            } catch (RuntimeException | Error e) {
                together.forEach(p -> p.stage().completeExceptionally(e));
            }
            together.clear();
        }
    }

    /** Waits for one, then takes what has come meanwhile. */
    private void take(List<Pending> together) throws InterruptedException {
        Pending first = waiting.take();
        together.add(first);
        int points = first.batch().metrics().size();
        while (points < MAX_POINTS && together.size() < MAX_BATCHES) {
            Pending next = waiting.poll();
            if (next == null) {
                break;
            }
            together.add(next);
            points += next.batch().metrics().size();
        }
    }

    /** One that cannot be stored must not spoil the others: then each is written by itself. */
    private void writeAll(List<Pending> together) {
        try {
            complete(together);
        } catch (RuntimeException e) {
            if (together.size() == 1 || StoreFailure.lostDatabase(e)) {
                throw e;
            }
            for (Pending one : together) {
                try {
                    complete(List.of(one));
                } catch (RuntimeException own) {
                    one.stage().completeExceptionally(own);
                }
            }
        }
    }

    private void complete(List<Pending> together) {
        Map<String, String> stages =
                store.add(together.stream().map(Pending::batch).toList());
        together.forEach(
                p -> p.stage().complete(Optional.ofNullable(stages.get(p.batch().runId()))));
    }
}
