package io.millrace.registry.access;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/** Refuses who has no grant. What a caller may not see does not exist for them. */
@ApplicationScoped
public class AccessService {

    private final AccessStore grants;
    private final Access access;

    AccessService(AccessStore grants, Access access) {
        this.grants = grants;
        this.access = access;
    }

    /** Refuses a caller without a level on an experiment. */
    @Transactional
    public void checkExperiment(String id, Level level) {
        if (access.bound()) {
            check(Protected.EXPERIMENT, id, level);
        }
    }

    /** Refuses a caller without a level on a model. */
    @Transactional
    public void checkModel(String name, Level level) {
        if (access.bound()) {
            check(Protected.MODEL, name, level);
        }
    }

    /** The exception for somebody who sees an experiment or a model and may do no more with it. */
    public static PlatformException refused(String kind, String id, Level level) {
        return new PlatformException(
                ErrorCode.FORBIDDEN, "The " + kind + " " + id + " asks for the grant '" + level.wire() + "'");
    }

    /** Refuses a caller without a level on a thing, and everybody when it is not there. */
    @Transactional
    public void check(Protected kind, String id, Level level) {
        boolean permitted =
                grants.permits(kind, id, level).orElseThrow(() -> PlatformException.notFound(kind.word(), id));
        if (!permitted) {
            throw refused(kind.word(), id, level);
        }
    }
}
