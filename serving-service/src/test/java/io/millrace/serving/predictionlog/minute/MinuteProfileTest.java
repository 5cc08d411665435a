package io.millrace.serving.predictionlog.minute;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.serving.predictionlog.PredictionEntry;
import io.millrace.serving.predictionlog.TestEntry;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MinuteProfileTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private static PredictionEntry entry(String endpoint, Instant at, Set<String> redacted, Object... inputs) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < inputs.length; i += 2) {
            row.put((String) inputs[i], inputs[i + 1]);
        }
        return TestEntry.of(row).endpoint(endpoint).at(at).redacted(redacted).get();
    }

    @Test
    void countsColumnsByNameInWhateverOrderRowsHaveThem() {
        MinuteProfile profile = new MinuteProfile();
        profile.add(entry("e", NOW, Set.of(), "x", 1.5, "y", 2L, "w", "red"), true);
        profile.add(entry("e", NOW, Set.of(), "y", 4L, "x", 2.5), true);
        profile.add(entry("e", NOW, Set.of(), "x", null, "y", BigInteger.TEN, "w", true, "z", Double.NaN), true);

        assertThat(profile.rows()).isEqualTo(3);
        assertThat(profile.columns().get("x"))
                .isEqualTo(Map.of("missing", 1L, "count", 2L, "sum", 4.0, "squares", 8.5, "min", 1.5, "max", 2.5));
        assertThat(profile.columns().get("y"))
                .isEqualTo(Map.of("missing", 0L, "count", 3L, "sum", 16.0, "squares", 120.0, "min", 2.0, "max", 10.0));
        assertThat(profile.columns().get("w")).isEqualTo(Map.of("missing", 0L, "words", Map.of("red", 1L, "true", 1L)));
        assertThat(profile.columns().get("z")).isEqualTo(Map.of("missing", 1L));
    }

    @Test
    void forgetsNothingAndShowsNothingWhenRedactionChanges() {
        MinuteProfile profile = new MinuteProfile();
        profile.add(entry("e", NOW, Set.of(), "x", 1.0), true);
        profile.add(entry("e", NOW, Set.of("x"), "x", 2.0, "y", 3.0), true);
        profile.add(entry("e", NOW, Set.of("y"), "x", 4.0, "y", 5.0), true);

        assertThat(profile.columns().get("x")).containsEntry("count", 2L).containsEntry("sum", 5.0);
        assertThat(profile.columns().get("y")).containsEntry("count", 1L).containsEntry("sum", 3.0);
    }

    @Test
    void keepsEndpointsAndMinutesApartAlsoWhenRequestsCameTogether() {
        MinuteProfiles profiles = new MinuteProfiles(new SimpleMeterRegistry());
        PredictionEntry first = entry("e", NOW, Set.of(), "x", 1.0);
        profiles.add(List.of(first));
        profiles.add(List.of(entry("f", NOW, Set.of(), "x", 1.0)));
        profiles.add(List.of(first));
        profiles.add(List.of(entry("e", NOW.plus(Duration.ofMinutes(1)), Set.of(), "x", 1.0)));

        List<MinuteProfiles.Closed> closed = profiles.close(Instant.parse("2026-01-02T03:05:00Z"));
        profiles.add(List.of(first));

        assertThat(closed)
                .extracting(c -> c.key().endpoint() + " " + c.profile().rows())
                .containsExactlyInAnyOrder("e 2", "f 1");
        assertThat(profiles.close(Instant.MAX))
                .extracting(c -> c.key().minute() + " " + c.profile().rows())
                .containsExactlyInAnyOrder("2026-01-02T03:04:00Z 1", "2026-01-02T03:05:00Z 1");
    }
}
