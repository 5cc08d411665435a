package io.millrace.common.auth;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says from memory whether a caller has a role, for handlers that run before the ordinary authentication because it would
 * cost more than their work. It only ever says yes: whoever it does not know goes the ordinary way, which also refuses.
 */
@ApplicationScoped
public class TokenGate {

    private final TokenSnapshot tokens;

    TokenGate(TokenSnapshot tokens) {
        this.tokens = tokens;
    }

    /** Whether the request carries a token with this role. Never blocks. */
    public boolean knows(RoutingContext context, String role) {
        return find(context.request().getHeader("Authorization"))
                .filter(token -> token.roles().contains(role))
                .isPresent();
    }

    private Optional<KnownToken> find(@Nullable String header) {
        String token = TokenMechanism.token(header);
        return token == null || !tokens.loaded() ? Optional.empty() : tokens.find(Tokens.hash(token));
    }
}
