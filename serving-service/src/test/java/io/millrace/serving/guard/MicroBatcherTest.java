package io.millrace.serving.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.serving.policy.Routing.Batching;
import io.millrace.serving.testing.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {

    private static Rows rows(double... amounts) {
        Rows.Builder builder = Rows.builder(Models.FIRST.signature());
        for (double amount : amounts) {
            builder.add(Models.row("amount", amount));
        }
        return builder.build();
    }

    @Test
    void givesEveryRequestTheAnswerItWouldGetAlone() throws Exception {
        MicroBatcher batcher = new MicroBatcher(new Batching(16, 200));
        AtomicInteger runs = new AtomicInteger();
        Function<Rows, Prediction> slow = rows -> {
            runs.incrementAndGet();
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Models.FIRST.predict(rows);
        };
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            int own = thread;
            all.add(threads.submit(() -> {
                for (int i = 0; i < 50; i++) {
                    Rows asked = rows(own * 1000 + i, i);
                    Prediction alone = Models.FIRST.predict(asked);
                    Prediction answer = batcher.predict("model", asked, slow);
                    assertThat(answer.size()).isEqualTo(2);
                    assertThat(answer.score(0)).isEqualTo(alone.score(0));
                    assertThat(answer.score(1)).isEqualTo(alone.score(1));
                    assertThat(answer.label("label")).isEqualTo(alone.label("label"));
                }
            }));
        }
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertThat(batcher.state().requests()).isEqualTo(400);
        assertThat(batcher.state().batches()).isEqualTo(runs.get()).isLessThan(400);
    }

    @Test
    void failsOnlyTheRequestThatIsWrong() throws Exception {
        MicroBatcher batcher = new MicroBatcher(new Batching(100, 0));
        Function<Rows, Prediction> picky = rows -> {
            for (double amount : rows.doubles("amount")) {
                if (amount == 13) {
                    throw new IllegalStateException("thirteen");
                }
            }
            return Models.FIRST.predict(rows);
        };
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<Future<Double>> good = new ArrayList<>();
        List<Future<Double>> bad = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int amount = i % 6 == 5 ? 13 : 20;
            (amount == 13 ? bad : good)
                    .add(threads.submit(
                            () -> batcher.predict("model", rows(amount), picky).score(0)));
        }

        for (Future<Double> each : good) {
            assertThat(each.get(60, TimeUnit.SECONDS))
                    .isEqualTo(Models.FIRST.predict(rows(20)).score(0));
        }
        for (Future<Double> each : bad) {
            assertThatThrownBy(() -> each.get(60, TimeUnit.SECONDS)).hasRootCauseMessage("thirteen");
        }
        threads.shutdown();
    }
}
