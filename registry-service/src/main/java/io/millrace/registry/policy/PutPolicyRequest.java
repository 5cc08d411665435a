package io.millrace.registry.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The policy that a model shall have; what is absent is as in the policy of a model without one.
 *
 * @param expectedRevision absent: whatever there is; a number: only if the policy has this revision
 */
record PutPolicyRequest(
        @Nullable Boolean signatureRequired,
        @Nullable Boolean cardRequired,
        @Nullable List<String> allowedFormats,
        @Nullable List<String> protectedAliases,
        @Nullable Integer approvals,
        @Nullable String approverRole,
        @Nullable Boolean fourEyes,
        @Nullable Compatibility compatibility,
        @Nullable Integer expireAfterDays,
        @Nullable Integer expectedRevision) {}
