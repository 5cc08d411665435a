package io.millrace.serving.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serving.policy.Routing.Shedding;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {

    private static final long MS = 1_000_000;

    private static void run(AdaptiveLimit limit, int requests, long nanos) {
        for (int i = 0; i < requests; i++) {
            assertThat(limit.enter(false)).isTrue();
            limit.leave(nanos);
        }
    }

    @Test
    void fallsToHalfAtMostWhenAnswersAreLateAndNeverBelowTheMinimum() {
        AdaptiveLimit limit = new AdaptiveLimit(new Shedding(10, 2, 100, 0, 0));

        run(limit, 20, 15 * MS);
        assertThat(limit.state().limit()).isEqualTo(13);
        run(limit, 13, 100 * MS);
        assertThat(limit.state().limit()).isEqualTo(6);
        run(limit, 100, 100 * MS);
        assertThat(limit.state().limit()).isEqualTo(2);
    }

    @Test
    void risesOnlyWhileItIsInUse() {
        AdaptiveLimit limit = new AdaptiveLimit(new Shedding(10, 1, 22, 0, 0));

        run(limit, 100, MS);
        assertThat(limit.state().limit()).isEqualTo(20);
        for (int i = 0; i < 20; i++) {
            assertThat(limit.enter(false)).isTrue();
        }
        assertThat(limit.enter(false)).isFalse();
        for (int i = 0; i < 20; i++) {
            limit.leave(MS);
        }

        assertThat(limit.state()).isEqualTo(new AdaptiveLimit.State(22, 0, 0, 1));
    }

    @Test
    void refusesAtOnceWhatFindsTheQueueFullAndAfterItsTimeWhatWaits() {
        AdaptiveLimit limit = new AdaptiveLimit(new Shedding(10, 1, 1, 0, 0));

        assertThat(limit.enter(true)).isTrue();
        assertThat(limit.enter(true)).isFalse();
        AdaptiveLimit patient = new AdaptiveLimit(new Shedding(10, 1, 1, 1, 20));
        assertThat(patient.enter(true)).isTrue();
        assertThat(patient.enter(true)).isFalse();
        assertThat(patient.state()).isEqualTo(new AdaptiveLimit.State(1, 1, 0, 1));
    }

    @Test
    void neverLetsMoreThroughThanItsLimitAndLosesNoPlace() throws Exception {
        AdaptiveLimit limit = new AdaptiveLimit(new Shedding(1000, 1, 4, 8, 10_000));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger admitted = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(12);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < 12; thread++) {
            all.add(threads.submit(() -> {
                for (int i = 0; i < 200; i++) {
                    if (limit.enter(true)) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        Thread.yield();
                        inside.decrementAndGet();
                        admitted.incrementAndGet();
                        limit.leave(1);
                    }
                }
            }));
        }
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();

        // 12 callers, 4 inside and 8 waiting: nobody is refused.
        assertThat(admitted).hasValue(2400);
        assertThat(most.get()).isLessThanOrEqualTo(4);
        assertThat(limit.state()).isEqualTo(new AdaptiveLimit.State(4, 0, 0, 0));
    }
}
