package io.millrace.serving.guard;

import static io.millrace.serving.guard.Breaker.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serving.guard.Breaker.State;
import io.millrace.serving.policy.Routing.BreakerPolicy;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final long OPEN_NANOS = 1_000_000_000;

    private final Breaker breaker = new Breaker(new BreakerPolicy(0.5, 10, 4, 1000, 2));

    private void call(boolean failed, long now) {
        int ticket = breaker.enter(now);
        assertThat(ticket).isNotEqualTo(REFUSED);
        breaker.leave(ticket, failed, now);
    }

    private void open() {
        call(false, 0);
        call(false, 0);
        call(true, 0);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        call(true, 0);
    }

    @Test
    void opensWhenHalfOfAtLeastFourCallsFailed() {
        open();

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.enter(OPEN_NANOS - 1)).isEqualTo(REFUSED);
        assertThat(breaker.opened()).isEqualTo(1);
    }

    @Test
    void staysClosedBelowTheMinimum() {
        call(true, 0);
        call(true, 0);
        call(true, 0);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void forgetsCallsThatLeftTheWindow() {
        call(true, 0);
        call(true, 0);
        call(true, 0);
        Breaker patient = new Breaker(new BreakerPolicy(0.5, 4, 4, 1000, 1));
        for (boolean failed : new boolean[] {true, false, false, false, true, false, false, false}) {
            patient.leave(patient.enter(0), failed, 0);
        }

        assertThat(patient.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void letsTrialsThroughAfterTheTimeAndClosesWhenAllSucceed() {
        open();

        int first = breaker.enter(OPEN_NANOS);
        int second = breaker.enter(OPEN_NANOS);
        assertThat(breaker.enter(OPEN_NANOS)).isEqualTo(REFUSED);
        breaker.leave(first, false, OPEN_NANOS);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        breaker.leave(second, false, OPEN_NANOS);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void opensAgainWhenATrialFails() {
        open();
        call(false, OPEN_NANOS);
        call(true, OPEN_NANOS);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.enter(2 * OPEN_NANOS - 1)).isEqualTo(REFUSED);
        assertThat(breaker.opened()).isEqualTo(2);
    }

    @Test
    void givesACancelledTrialsPlaceToTheNext() {
        open();
        breaker.cancel(breaker.enter(OPEN_NANOS));
        call(false, OPEN_NANOS);
        call(false, OPEN_NANOS);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void doesNotCountCallsBegunBeforeItOpened() {
        int late = breaker.enter(0);
        open();
        breaker.enter(OPEN_NANOS);
        breaker.leave(late, true, OPEN_NANOS);

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }
}
