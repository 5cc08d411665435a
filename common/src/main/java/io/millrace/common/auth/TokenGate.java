package io.millrace.common.auth;

import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Says from memory what a caller may do, for ways in that the ordinary authentication does not cover, or covers at a price
 * above their work.
 */
@Singleton
public class TokenGate {

    /** A power of two. */
    private static final int REMEMBERED = 64;

    private final TokenSnapshot tokens;
    /** Headers that were good of late, by their hash code: the digest of a token costs more than all else here. */
    private final AtomicReferenceArray<Hashed> recent = new AtomicReferenceArray<>(REMEMBERED);

    TokenGate(TokenSnapshot tokens) {
        this.tokens = tokens;
    }

    /**
     * Whether the value of an Authorization header holds a token with this role. Never blocks and only ever says yes: whoever
     * it does not know goes the ordinary way, which also refuses.
     */
    public boolean knows(@Nullable String header, String role) {
        if (!tokens.loaded()) {
            return false;
        }
        return find(header).filter(token -> token.roles().contains(role)).isPresent();
    }

    /**
     * Roles by the value of an Authorization header; none for a token that is not valid. An unknown token may cause a read of
     * the store, so not for event loops.
     *
     * @throws io.millrace.common.error.PlatformException UNAVAILABLE while the tokens were never read
     */
    public Set<String> roles(@Nullable String header) {
        if (TokenMechanism.token(header) == null) {
            return Set.of();
        }
        Optional<KnownToken> known = tokens.loaded() ? find(header) : Optional.empty();
        if (known.isEmpty() && (!tokens.loaded() || tokens.mayBeStale())) {
            tokens.refreshIfStale();
            known = find(header);
        }
        return known.map(KnownToken::roles).orElse(Set.of());
    }

    /** An Authorization header and the hash of its token. Whether that is still valid is looked up each time. */
    private record Hashed(String header, String hash) {}

    private Optional<KnownToken> find(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        int place = header.hashCode() & (REMEMBERED - 1);
        Hashed known = recent.get(place);
        if (known != null && same(known.header, header)) {
            return tokens.find(known.hash);
        }
        String token = TokenMechanism.token(header);
        if (token == null) {
            return Optional.empty();
        }
        String hash = Tokens.hash(token);
        Optional<KnownToken> found = tokens.find(hash);
        if (found.isPresent()) {
            recent.set(place, new Hashed(header, hash));
        }
        return found;
    }

    /** Whether two headers are alike, in a time that does not tell how much of them is. */
    private static boolean same(String known, String given) {
        return MessageDigest.isEqual(known.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
