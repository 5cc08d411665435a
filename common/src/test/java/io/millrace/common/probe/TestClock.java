package io.millrace.common.probe;

import io.millrace.common.testing.MutableClock;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

/** The clock of these tests stands still until a test moves it. */
@ApplicationScoped
public class TestClock {

    private final MutableClock clock = new MutableClock(Instant.parse("2031-01-01T00:00:00Z"));

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    public Clock clock() {
        return clock;
    }

    public MutableClock mutable() {
        return clock;
    }
}
