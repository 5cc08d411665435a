package io.millrace.common.auth;

import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says from memory what a caller may do, for ways in that the ordinary authentication does not cover, or covers at a price
 * above their work.
 */
@Singleton
public class TokenGate {

    private final TokenSnapshot tokens;

    TokenGate(TokenSnapshot tokens) {
        this.tokens = tokens;
    }

    /**
     * Whether the request carries a token with this role. Never blocks and only ever says yes: whoever it does not know goes
     * the ordinary way, which also refuses.
     */
    public boolean knows(RoutingContext context, String role) {
        if (!tokens.loaded()) {
            return false;
        }
        return find(context.request().getHeader("Authorization"))
                .filter(token -> token.roles().contains(role))
                .isPresent();
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

    private Optional<KnownToken> find(@Nullable String header) {
        String token = TokenMechanism.token(header);
        return token == null ? Optional.empty() : tokens.find(Tokens.hash(token));
    }
}
