package io.millrace.registry.grant;

import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.AccessService;
import io.millrace.registry.access.Level;
import io.millrace.registry.access.Protected;
import io.millrace.registry.audit.AuditService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps grants. Who has the level manage changes them; on a thing without grants every engineer has. */
@ApplicationScoped
public class GrantService {

    private static final int MAX_GRANTS = 100;
    private static final String SUBJECT = "(user|group):[^\\p{Cntrl}]{1,200}";

    private final GrantStore grants;
    private final Access access;
    private final AccessService service;
    private final AuditService audit;
    private final Clock clock;

    GrantService(GrantStore grants, Access access, AccessService service, AuditService audit, Clock clock) {
        this.grants = grants;
        this.access = access;
        this.service = service;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    AccessResponse get(Protected kind, String id) {
        checkId(kind, id);
        service.check(kind, id, Level.READ);
        return response(grants.list(kind, id));
    }

    /** Replaces all grants; who is bound by them must keep the right to do so again. */
    @Transactional
    AccessResponse put(Protected kind, String id, @Nullable PutAccessRequest request) {
        checkId(kind, id);
        service.check(kind, id, Level.MANAGE);
        List<Grant> wanted = checked(request);
        if (access.bound()
                && !wanted.isEmpty()
                && wanted.stream().noneMatch(g -> g.level() == Level.MANAGE && access.isCaller("" + g.subject()))) {
            throw PlatformException.invalid("/grants", "must leave you, user:" + access.name() + ", the level manage");
        }
        AccessResponse before = response(grants.list(kind, id));
        grants.replace(kind, id, wanted, access.name(), clock.instant());
        AccessResponse after = response(grants.list(kind, id));
        audit.record("access.changed", kind.word(), id, before, after);
        return after;
    }

    private static void checkId(Protected kind, String id) {
        if (kind == Protected.EXPERIMENT && !id.matches("\\d{1,18}")) {
            throw PlatformException.notFound(kind.word(), id);
        }
    }

    private static AccessResponse response(List<Grant> grants) {
        return new AccessResponse(!grants.isEmpty(), grants);
    }

    private static List<Grant> checked(@Nullable PutAccessRequest request) {
        List<@Nullable Grant> given = request == null ? null : request.grants();
        if (given == null || given.size() > MAX_GRANTS) {
            throw PlatformException.invalid("/grants", "is required, with at most " + MAX_GRANTS + " grants");
        }
        List<FieldError> errors = new ArrayList<>();
        List<Grant> checked = new ArrayList<>();
        Set<String> subjects = new HashSet<>();
        for (int i = 0; i < given.size(); i++) {
            Grant grant = given.get(i);
            String subject = grant == null ? null : grant.subject();
            if (grant == null || subject == null || !subject.matches(SUBJECT)) {
                errors.add(new FieldError("/grants/" + i + "/subject", "must be user:NAME or group:NAME"));
            } else if (grant.level() == null) {
                errors.add(new FieldError("/grants/" + i + "/level", "must be one of read, edit, manage"));
            } else if (!subjects.add(subject)) {
                errors.add(new FieldError("/grants/" + i + "/subject", "is there twice"));
            } else {
                checked.add(grant);
            }
        }
        if (!errors.isEmpty()) {
            throw PlatformException.invalid(errors);
        }
        return checked;
    }
}
