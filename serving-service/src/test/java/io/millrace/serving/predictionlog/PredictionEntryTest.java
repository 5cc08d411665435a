package io.millrace.serving.predictionlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PredictionEntryTest {

    private static PredictionEntry entry(UUID id, double sample) {
        return TestEntry.of(Map.of()).id(id).sample(sample).get();
    }

    @Test
    void storesTheShareOfRowsThatIsAskedFor() {
        int kept = 0;
        for (int i = 0; i < 10_000; i++) {
            kept += entry(UUID.randomUUID(), 0.25).sampled() ? 1 : 0;
        }

        // 2500 expected, standard deviation 43.
        assertThat(kept).isBetween(2240, 2760);
        assertThat(entry(new UUID(0, -1), 1).sampled()).isTrue();
        assertThat(entry(new UUID(0, 0), 0).sampled()).isFalse();
    }
}
