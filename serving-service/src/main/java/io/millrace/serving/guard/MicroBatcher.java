package io.millrace.serving.guard;

import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.serving.policy.Routing.Batching;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Predicts requests of one arm together. A request that finds nobody predicting goes at once; those that come meanwhile are
 * the next batch, which one of them predicts. Only after a batch that had company does the next wait for more. Requests of
 * different versions are never in one batch. For any number of threads; the caller's thread is held until its answer.
 */
public final class MicroBatcher {

    private final Batching policy;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Entry> queue = new ArrayDeque<>();
    private boolean running;
    private boolean company;
    private long batches;
    private long requests;

    MicroBatcher(Batching policy) {
        this.policy = policy;
    }

    /** A request on its way. Guarded by the lock. */
    private static final class Entry {
        private final Object model;
        private final Rows rows;
        private boolean done;
        private @Nullable Prediction answer;
        private @Nullable RuntimeException failure;

        Entry(Object model, Rows rows) {
            this.model = model;
            this.rows = rows;
        }
    }

    /**
     * The prediction for the rows.
     *
     * @param model what requests must have in common to be predicted together, compared by identity
     * @param predict of that model
     */
    public Prediction predict(Object model, Rows rows, Function<Rows, Prediction> predict) {
        Entry mine = new Entry(model, rows);
        lock.lock();
        try {
            queue.add(mine);
            while (!mine.done && (running || queue.peekFirst() != mine)) {
                // The batch that runs takes as long as its model does, which nothing here could end.
                changed.awaitUninterruptibly();
            }
            if (mine.done) {
                return answer(mine);
            }
            running = true;
        } finally {
            lock.unlock();
        }
        lead(mine, predict);
        return answer(mine);
    }

    private void lead(Entry mine, Function<Rows, Prediction> predict) {
        List<Entry> batch = List.of(mine);
        try {
            if (company && policy.maxWaitMicros() > 0) {
                LockSupport.parkNanos(policy.maxWaitMicros() * 1000L);
            }
            batch = take(mine);
            run(batch, predict);
        } finally {
            lock.lock();
            try {
                running = false;
                company = batch.size() > 1;
                batches++;
                requests += batch.size();
                batch.forEach(entry -> entry.done = true);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private List<Entry> take(Entry first) {
        lock.lock();
        try {
            List<Entry> batch = new ArrayList<>();
            int rows = 0;
            for (Entry entry = queue.peekFirst(); entry != null; entry = queue.peekFirst()) {
                boolean fits = entry.model == first.model && rows + entry.rows.size() <= policy.maxRows();
                if (!batch.isEmpty() && !fits) {
                    break;
                }
                batch.add(queue.removeFirst());
                rows += entry.rows.size();
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private static void run(List<Entry> batch, Function<Rows, Prediction> predict) {
        if (batch.size() > 1) {
            try {
                Prediction all = predict.apply(
                        Rows.join(batch.stream().map(entry -> entry.rows).toList()));
                int from = 0;
                for (Entry entry : batch) {
                    entry.answer = slice(all, from, from + entry.rows.size());
                    from += entry.rows.size();
                }
                return;
            } catch (RuntimeException e) {
                // One request's rows may be the reason: each is predicted alone and gets its own answer or error.
                batch.forEach(entry -> entry.answer = null);
            }
        }
        for (Entry entry : batch) {
            try {
                entry.answer = predict.apply(entry.rows);
            } catch (RuntimeException e) {
                entry.failure = e;
            }
        }
    }

    private static Prediction answer(Entry entry) {
        if (entry.failure != null) {
            throw entry.failure;
        }
        if (entry.answer == null) {
            throw new IllegalStateException("the batch this request was in failed");
        }
        return entry.answer;
    }

    static Prediction slice(Prediction all, int from, int to) {
        Map<String, double[]> numbers = new HashMap<>();
        Map<String, String[]> labels = new HashMap<>();
        for (Output output : all.outputs()) {
            double[] values = all.numbers().get(output.name());
            String[] texts = all.labels().get(output.name());
            if (values != null) {
                numbers.put(output.name(), Arrays.copyOfRange(values, from * output.width(), to * output.width()));
            } else if (texts != null) {
                labels.put(output.name(), Arrays.copyOfRange(texts, from * output.width(), to * output.width()));
            }
        }
        return new Prediction(to - from, all.outputs(), numbers, labels);
    }

    /** Since it was made. */
    public record State(long batches, long requests) {}

    State state() {
        lock.lock();
        try {
            return new State(batches, requests);
        } finally {
            lock.unlock();
        }
    }
}
