package io.millrace.registry.token;

import io.millrace.common.auth.Roles;
import io.millrace.common.auth.Tokens;
import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.registry.audit.AuditService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes, lists and revokes tokens. */
@ApplicationScoped
public class TokenService {

    private static final Logger LOG = Logger.getLogger(TokenService.class);

    private static final int MAX_GROUPS = 50;
    private static final String GROUP = "[\\p{L}\\d][\\p{L}\\d ._@-]{0,199}";

    private final TokenRegistryStore tokens;
    private final AuditService audit;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    TokenService(TokenRegistryStore tokens, AuditService audit, Clock clock) {
        this.tokens = tokens;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    CreatedTokenResponse create(
            @Nullable String name,
            @Nullable List<String> roles,
            @Nullable List<String> groups,
            @Nullable Instant expiresAt) {
        Instant now = clock.instant();
        List<FieldError> errors = new ArrayList<>();
        String checkedName = name == null ? "" : name.strip();
        if (checkedName.isEmpty() || checkedName.length() > 200) {
            errors.add(new FieldError("/name", "must be 1 to 200 characters"));
        }
        List<String> checkedRoles =
                roles == null ? List.of() : roles.stream().distinct().toList();
        if (checkedRoles.isEmpty() || !Roles.ALL.containsAll(checkedRoles)) {
            errors.add(new FieldError("/roles", "must be some of " + String.join(", ", Roles.ALL)));
        }
        List<String> checkedGroups =
                groups == null ? List.of() : groups.stream().distinct().toList();
        if (checkedGroups.size() > MAX_GROUPS || checkedGroups.stream().anyMatch(g -> !g.matches(GROUP))) {
            errors.add(new FieldError("/groups", "must be at most " + MAX_GROUPS + " names that match " + GROUP));
        }
        if (expiresAt != null && !expiresAt.isAfter(now)) {
            errors.add(new FieldError("/expiresAt", "must be in the future"));
        }
        if (!errors.isEmpty()) {
            throw PlatformException.invalid(errors);
        }
        String text = Tokens.create(random);
        Token token = new Token(UUID.randomUUID(), checkedName, checkedRoles, checkedGroups, now, expiresAt, null);
        tokens.add(token, Tokens.hash(text));
        audit.record("token.created", "token", token.id().toString(), null, token);
        LOG.infof("token created token=%s roles=%s", token.id(), checkedRoles);
        return new CreatedTokenResponse(token.id(), checkedName, checkedRoles, checkedGroups, expiresAt, text);
    }

    @Transactional
    List<Token> list() {
        return tokens.list();
    }

    @Transactional
    public void revoke(UUID id) {
        if (!tokens.revoke(id, clock.instant())) {
            throw PlatformException.notFound("valid token", id.toString());
        }
        audit.record("token.revoked", "token", id.toString(), Map.of("revoked", false), Map.of("revoked", true));
        LOG.infof("token revoked token=%s", id);
    }
}
