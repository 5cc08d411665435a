package io.millrace.common.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreFailureTest {

    @ParameterizedTest
    @ValueSource(strings = {"08006", "08003", "28000", "57P01", "57P03", "53300"})
    void seesALostDatabaseInEveryCause(String state) {
        SQLException lost = new SQLException("gone", state);

        assertThat(StoreFailure.lostDatabase(lost)).isTrue();
        assertThat(StoreFailure.lostDatabase(new IllegalStateException(new IllegalStateException(lost))))
                .isTrue();
    }

    @Test
    void seesItInACommitThatFailed() {
        IllegalStateException rollback = new IllegalStateException("could not commit");
        rollback.addSuppressed(
                new IllegalStateException(new SQLException("An I/O error occurred", "08006", new EOFException())));

        assertThat(StoreFailure.lostDatabase(new IllegalStateException(rollback)))
                .isTrue();
    }

    @Test
    void doesNotSeeItElsewhere() {
        IllegalStateException other = new IllegalStateException(new SQLException("duplicate key", "23505"));
        other.addSuppressed(new EOFException());

        assertThat(StoreFailure.lostDatabase(other)).isFalse();
    }

    @Test
    void endsWhereCausesGoRound() {
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second", first);
        first.addSuppressed(second);

        assertThat(StoreFailure.lostDatabase(first)).isFalse();
    }
}
