package io.millrace.serving.door;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallCostsTest {

    private final CallCosts costs = new CallCosts(1000);

    @Test
    void trustsNobodyUnseen() {
        assertThat(costs.isShort("a")).isFalse();
        costs.record("a", 1000);
        assertThat(costs.isShort("a")).isTrue();
        assertThat(costs.isShort("b")).isFalse();
    }

    @Test
    void leavesTheEventLoopAtOnceAndComesBackSlowly() {
        costs.record("a", 100);
        costs.record("a", 10_000);
        assertThat(costs.isShort("a")).isFalse();

        int calls = 0;
        for (; !costs.isShort("a"); calls++) {
            costs.record("a", 100);
        }

        // 100 + (10000 - 100) / 4 = 2575, and each fast call takes a sixteenth of the rest.
        assertThat(calls).isEqualTo(16);
    }
}
