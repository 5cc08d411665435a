package io.millrace.common.auth;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The valid tokens as of the last refresh. Readers never block; a refresh replaces the whole map. When the store is away the
 * last snapshot goes on working.
 */
@ApplicationScoped
class TokenSnapshot {

    /** An unknown token causes at most this many reads of the store: one in this time. */
    private static final Duration MIN_AGE = Duration.ofMillis(500);

    private final TokenStore store;
    private final Clock clock;
    private volatile Map<String, KnownToken> tokens = Map.of();
    private volatile Instant refreshedAt = Instant.EPOCH;

    TokenSnapshot(TokenStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Reads the store. Blocks. */
    synchronized void refresh() {
        tokens = store.valid();
        refreshedAt = clock.instant();
    }

    /** Whether a token that is not known may have been made since the last refresh. */
    boolean mayBeStale() {
        return refreshedAt.plus(MIN_AGE).isBefore(clock.instant());
    }

    Optional<KnownToken> find(String hash) {
        KnownToken token = tokens.get(hash);
        if (token == null) {
            return Optional.empty();
        }
        Instant expires = token.expiresAt();
        return expires != null && !clock.instant().isBefore(expires) ? Optional.empty() : Optional.of(token);
    }
}
