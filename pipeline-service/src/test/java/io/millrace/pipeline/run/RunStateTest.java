package io.millrace.pipeline.run;

import static io.millrace.pipeline.run.RunState.CANCELLED;
import static io.millrace.pipeline.run.RunState.FAILED;
import static io.millrace.pipeline.run.RunState.HELD;
import static io.millrace.pipeline.run.RunState.QUEUED;
import static io.millrace.pipeline.run.RunState.REJECTED;
import static io.millrace.pipeline.run.RunState.RUNNING;
import static io.millrace.pipeline.run.RunState.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunStateTest {

    @Test
    void goesOnlyWhereItMay() {
        assertThat(QUEUED.next()).containsExactlyInAnyOrder(RUNNING, CANCELLED);
        assertThat(RUNNING.next()).containsExactlyInAnyOrder(QUEUED, SUCCEEDED, REJECTED, HELD, FAILED, CANCELLED);
        assertThat(HELD.next()).containsExactlyInAnyOrder(QUEUED, REJECTED);
    }

    @ParameterizedTest
    @EnumSource(names = {"SUCCEEDED", "REJECTED", "FAILED", "CANCELLED"})
    void staysWhereItEnded(RunState state) {
        assertThat(state.next()).isEmpty();
        assertThat(state.finished()).isTrue();
    }

    @Test
    void isCancelledOnlyWhileOpen() {
        assertThat(CANCELLED.previous()).containsExactlyInAnyOrder(QUEUED, RUNNING);
    }

    @ParameterizedTest
    @EnumSource
    void namesTheSameWayBackAsForth(RunState state) {
        assertThat(state.next()).allSatisfy(next -> assertThat(next.previous()).contains(state));
    }
}
