package io.millrace.common.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class TokenGateTest {

    private static final String GOOD = "mlr_good";
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");

    private final Map<String, KnownToken> stored = new HashMap<>();
    private final TokenSnapshot snapshot = new TokenSnapshot(
            new TokenStore(new PGSimpleDataSource()) {
                @Override
                Map<String, KnownToken> valid() {
                    return Map.copyOf(stored);
                }
            },
            Clock.fixed(NOW, ZoneOffset.UTC));
    private final TokenGate gate = new TokenGate(snapshot);

    private void store(String token, Instant expires) {
        stored.put(Tokens.hash(token), new KnownToken("ada", Set.of("predictor"), Set.of(), expires));
        snapshot.refresh();
    }

    @Test
    void knowsATokenAgainAndAgain() {
        store(GOOD, NOW.plusSeconds(1));

        for (int i = 0; i < 3; i++) {
            assertThat(gate.roles("Bearer " + GOOD)).containsExactly("predictor");
            assertThat(gate.roles("Basic OnBscl9nb29k")).isEmpty();
            assertThat(gate.roles("Basic Om1scl9nb29k")).containsExactly("predictor");
        }
    }

    @Test
    void forgetsATokenThatIsNotValidAnyMore() {
        store(GOOD, NOW.plusSeconds(1));
        assertThat(gate.roles("Bearer " + GOOD)).isNotEmpty();

        stored.clear();
        snapshot.refresh();

        assertThat(gate.roles("Bearer " + GOOD)).isEmpty();
    }

    @Test
    void forgetsATokenThatExpired() {
        store(GOOD, NOW.plusSeconds(1));
        assertThat(gate.roles("Bearer " + GOOD)).isNotEmpty();

        store(GOOD, NOW);

        assertThat(gate.roles("Bearer " + GOOD)).isEmpty();
    }

    @Test
    void takesNoOtherTokenForOneItHasSeen() {
        store(GOOD, NOW.plusSeconds(1));
        assertThat(gate.roles("Bearer " + GOOD)).isNotEmpty();

        // "Aa" and "BB" have one hash code, so both would be remembered in one place.
        store("mlr_Aa", NOW.plusSeconds(1));
        assertThat(gate.roles("Bearer mlr_Aa")).isNotEmpty();
        assertThat(gate.roles("Bearer mlr_BB")).isEmpty();
        assertThat(gate.roles("Bearer mlr_Aa")).isNotEmpty();
        assertThat(gate.roles("Bearer " + GOOD + "x")).isEmpty();
    }
}
