package io.millrace.benchmarks.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Clients that make the same call one after the other, each as fast as it is answered. */
final class Load {

    private static final long SETTLE_SECONDS = 3;

    private final int clients;
    private final int warmUpSeconds;
    private final int seconds;

    Load(int clients, int warmUpSeconds, int seconds) {
        this.clients = clients;
        this.warmUpSeconds = warmUpSeconds;
        this.seconds = seconds;
    }

    /** What a client does; an exception ends the benchmark, so no figure hides a failed call. */
    interface Call {
        void make(int client, int number) throws Exception;
    }

    /** Calls per second and the time of one, in milliseconds. */
    record Figures(double perSecond, double p50, double p95, double p99) {

        String line() {
            return String.format(
                    Locale.ROOT, "%,9.1f /s   p50 %,8.1f   p95 %,8.1f   p99 %,8.1f ms", perSecond, p50, p95, p99);
        }
    }

    void warmUp(Call call) throws InterruptedException, ExecutionException {
        timed(call, warmUpSeconds);
    }

    Figures run(Call call) throws InterruptedException, ExecutionException {
        timed(call, SETTLE_SECONDS);
        return timed(call, seconds);
    }

    private Figures timed(Call call, long duration) throws InterruptedException, ExecutionException {
        long begin = System.nanoTime();
        long end = begin + TimeUnit.SECONDS.toNanos(duration);
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        List<Future<List<Long>>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int client = i;
            all.add(threads.submit(() -> {
                List<Long> taken = new ArrayList<>();
                for (int n = 0; System.nanoTime() < end; n++) {
                    long start = System.nanoTime();
                    call.make(client, n);
                    taken.add(System.nanoTime() - start);
                }
                return taken;
            }));
        }
        List<Long> taken = new ArrayList<>();
        try {
            for (Future<List<Long>> one : all) {
                taken.addAll(one.get());
            }
        } finally {
            threads.shutdownNow();
        }
        double elapsed = (System.nanoTime() - begin) / 1e9;
        long[] sorted = taken.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Figures(sorted.length / elapsed, at(sorted, 0.50), at(sorted, 0.95), at(sorted, 0.99));
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1e6;
    }
}
