package io.millrace.common.auth;

import io.millrace.common.error.PlatformException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The valid tokens as of the last refresh. Readers never block; a refresh replaces the whole map. When the store is away the
 * last snapshot goes on working.
 */
@Singleton
class TokenSnapshot {

    /** Unknown tokens cause at most one read of the store in this time, however many come. */
    private static final Duration MIN_AGE = Duration.ofMillis(500);

    private final TokenStore store;
    private final Clock clock;
    private volatile Map<String, KnownToken> tokens = Map.of();
    private volatile Instant triedAt = Instant.EPOCH;
    private volatile boolean loaded;

    TokenSnapshot(TokenStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Reads the store. Blocks. */
    synchronized void refresh() {
        triedAt = clock.instant();
        tokens = store.valid();
        loaded = true;
    }

    /** Reads the store unless that was tried just now. Blocks. */
    synchronized void refreshIfStale() {
        if (mayBeStale()) {
            refresh();
        }
    }

    /** Whether a token that is not known may have been made since the last refresh. */
    boolean mayBeStale() {
        return triedAt.plus(MIN_AGE).isBefore(clock.instant());
    }

    /**
     * The owner of a token.
     *
     * @throws PlatformException UNAVAILABLE while the tokens were never read, so that nobody is refused by mistake
     */
    Optional<KnownToken> find(String hash) {
        if (!loaded) {
            throw PlatformException.unavailable("The access tokens cannot be read yet, try again shortly");
        }
        KnownToken token = tokens.get(hash);
        if (token == null) {
            return Optional.empty();
        }
        Instant expires = token.expiresAt();
        return expires != null && !clock.instant().isBefore(expires) ? Optional.empty() : Optional.of(token);
    }

    boolean loaded() {
        return loaded;
    }
}
