package io.millrace.common.auth;

import io.quarkus.security.identity.SecurityIdentity;
import java.util.LinkedHashSet;
import java.util.Set;

/** The groups that the owner of a caller's token belongs to. */
public final class TokenGroups {

    static final String ATTRIBUTE = "millrace.groups";

    private TokenGroups() {}

    /** The caller's groups; none for one without a token. */
    public static Set<String> of(SecurityIdentity caller) {
        Set<String> groups = new LinkedHashSet<>();
        if (caller.getAttribute(ATTRIBUTE) instanceof Set<?> given) {
            given.forEach(group -> groups.add(group.toString()));
        }
        return groups;
    }
}
