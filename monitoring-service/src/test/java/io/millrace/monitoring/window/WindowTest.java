package io.millrace.monitoring.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WindowTest {

    @Test
    void isAlignedToTheEpochAndHoldsItsStartButNotItsEnd() {
        Duration width = Duration.ofDays(28);

        Window window = Window.containing(Instant.parse("2013-07-01T12:00:00Z"), width);

        assertThat(window)
                .isEqualTo(new Window(Instant.parse("2013-06-20T00:00:00Z"), Instant.parse("2013-07-18T00:00:00Z")));
        assertThat(Window.containing(window.start(), width)).isEqualTo(window);
        assertThat(Window.containing(window.end(), width).start()).isEqualTo(window.end());
        assertThat(Window.containing(Instant.parse("1969-12-31T23:59:59Z"), Duration.ofHours(1))
                        .end())
                .isEqualTo(Instant.EPOCH);
    }
}
