package io.millrace.common.auth;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.ErrorAnswer;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets nobody in without a valid token, whatever a resource says and whether the path exists, except on public paths. What a
 * token allows is for the resources to say.
 */
@ApplicationScoped
class AccessGuard {

    /** Quarkus authenticates at 200 and authorizes at 100. */
    private static final int BETWEEN = 150;

    private final IdentityProviderManager identities;
    private final List<String> publicPaths;

    AccessGuard(IdentityProviderManager identities, AuthConfig config) {
        this.identities = identities;
        this.publicPaths = List.copyOf(config.publicPaths());
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, BETWEEN);
    }

    private void check(RoutingContext context) {
        if (isPublic(context.normalizedPath(), publicPaths)) {
            context.next();
            return;
        }
        QuarkusHttpUser.getSecurityIdentity(context, identities)
                .subscribe()
                .with(identity -> decide(context, identity), failure -> refuse(context, failure));
    }

    private static void decide(RoutingContext context, @Nullable SecurityIdentity identity) {
        if (identity == null || identity.isAnonymous()) {
            refuse(context, new AuthenticationFailedException());
        } else {
            context.next();
        }
    }

    private static void refuse(RoutingContext context, Throwable failure) {
        if (failure instanceof PlatformException platform) {
            ErrorAnswer.send(context, platform.code(), platform.detail());
        } else if (failure instanceof AuthenticationFailedException) {
            ErrorAnswer.send(context, ErrorCode.UNAUTHENTICATED, ErrorAnswer.NO_TOKEN);
        } else {
            context.fail(failure);
        }
    }

    static boolean isPublic(String path, List<String> publicPaths) {
        for (String allowed : publicPaths) {
            boolean matches = allowed.endsWith("*")
                    ? path.startsWith(allowed.substring(0, allowed.length() - 1))
                    : path.equals(allowed);
            if (matches) {
                return true;
            }
        }
        return false;
    }
}
