package io.millrace.registry.policy;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The policy of a model. Without one, everything is allowed.
 *
 * @param signatureRequired whether a version must have a signature
 * @param cardRequired whether a version's card must be complete before a protected alias may point to it
 * @param allowedFormats formats that a version may have; empty for all
 * @param protectedAliases aliases that move only by an approved promotion request
 * @param approvals how many approvals such a request needs, 0 to 10
 * @param approverRole the role whose approval counts
 * @param fourEyes whether who opened a request, or registered the version, may not approve it
 * @param compatibility how a version's signature must go with the newest before it
 * @param expireAfterDays how long a request waits, 1 to 365
 * @param revision 0 for the policy of a model that has none; each change adds one
 */
public record Policy(
        String model,
        boolean signatureRequired,
        boolean cardRequired,
        List<String> allowedFormats,
        List<String> protectedAliases,
        int approvals,
        String approverRole,
        boolean fourEyes,
        Compatibility compatibility,
        int expireAfterDays,
        int revision,
        @Nullable Instant updatedAt,
        @Nullable String updatedBy) {

    public Policy {
        allowedFormats = List.copyOf(allowedFormats);
        protectedAliases = List.copyOf(protectedAliases);
    }

    static Policy none(String model) {
        return new Policy(
                model, false, false, List.of(), List.of(), 1, "approver", true, Compatibility.NONE, 14, 0, null, null);
    }

    /** Whether the alias moves only by an approved request. */
    public boolean protects(String alias) {
        return protectedAliases.contains(alias);
    }
}
