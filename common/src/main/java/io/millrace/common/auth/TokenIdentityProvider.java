package io.millrace.common.auth;

import io.millrace.common.error.PlatformException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Knows a token by its hash. A known token is answered from memory; an unknown one may cause one read of the store. */
@ApplicationScoped
class TokenIdentityProvider implements IdentityProvider<TokenAuthenticationRequest> {

    private static final Logger LOG = Logger.getLogger(TokenIdentityProvider.class);

    private final TokenSnapshot tokens;

    TokenIdentityProvider(TokenSnapshot tokens) {
        this.tokens = tokens;
    }

    @Override
    public Class<TokenAuthenticationRequest> getRequestType() {
        return TokenAuthenticationRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            TokenAuthenticationRequest request, AuthenticationRequestContext context) {
        String hash = Tokens.hash(request.getToken().getToken());
        Optional<KnownToken> known = tokens.loaded() ? tokens.find(hash) : Optional.empty();
        if (known.isPresent()) {
            return Uni.createFrom().item(identity(known.get(), hash));
        }
        if (tokens.loaded() && !tokens.mayBeStale()) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        return context.runBlocking(() -> {
            try {
                tokens.refreshIfStale();
            } catch (PlatformException e) {
                LOG.warnf("tokens not refreshed reason=%s", e.getMessage());
            }
            return identity(tokens.find(hash).orElseThrow(AuthenticationFailedException::new), hash);
        });
    }

    private static SecurityIdentity identity(KnownToken token, String hash) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(token.name()))
                .addRoles(token.roles())
                .addAttribute(TokenGroups.ATTRIBUTE, token.groups())
                .addAttribute(TokenFingerprint.ATTRIBUTE, TokenFingerprint.ofHash(hash))
                .build();
    }
}
