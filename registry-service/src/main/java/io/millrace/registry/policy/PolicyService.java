package io.millrace.registry.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.common.auth.Roles;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.registry.audit.AuditService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps policies and says whether a version fits one. */
@ApplicationScoped
public class PolicyService {

    private static final int MAX_LIST = 50;
    private static final int MAX_APPROVALS = 10;
    private static final int MAX_DAYS = 365;
    private static final List<String> DECIDING = List.of(Roles.ENGINEER, Roles.APPROVER, Roles.ADMIN);

    private final PolicyStore policies;
    private final AuditService audit;
    private final Clock clock;

    PolicyService(PolicyStore policies, AuditService audit, Clock clock) {
        this.policies = policies;
        this.audit = audit;
        this.clock = clock;
    }

    /** The policy of a model, or that of a model without one. */
    @Transactional
    public Policy of(String model) {
        return policies.find(model).orElseGet(() -> Policy.none(model));
    }

    @Transactional
    Policy ofExisting(String model) {
        if (!policies.modelExists(model)) {
            throw PlatformException.notFound("model", model);
        }
        return of(model);
    }

    @Transactional
    Policy put(String model, PutPolicyRequest request, String actor) {
        Policy before = ofExisting(model);
        Integer expected = request.expectedRevision();
        if (expected != null && expected != before.revision()) {
            throw new PlatformException(
                    ErrorCode.STALE_VERSION, "The policy has revision " + before.revision() + ", not " + expected);
        }
        Policy none = Policy.none(model);
        Policy after = new Policy(
                model,
                Boolean.TRUE.equals(request.signatureRequired()),
                Boolean.TRUE.equals(request.cardRequired()),
                orElse(request.allowedFormats(), none.allowedFormats()),
                orElse(request.protectedAliases(), none.protectedAliases()),
                orElse(request.approvals(), none.approvals()),
                orElse(request.approverRole(), none.approverRole()),
                orElse(request.fourEyes(), none.fourEyes()),
                orElse(request.compatibility(), none.compatibility()),
                orElse(request.expireAfterDays(), none.expireAfterDays()),
                before.revision() + 1,
                clock.instant(),
                actor);
        check(after);
        if (!policies.put(after)) {
            throw new PlatformException(ErrorCode.STALE_VERSION, "The policy was changed meanwhile");
        }
        audit.record("policy.changed", "model", model, before, after);
        return after;
    }

    private static <T> T orElse(@Nullable T given, T other) {
        return given == null ? other : given;
    }

    private static void check(Policy policy) {
        List<FieldError> errors = new ArrayList<>();
        if (policy.approvals() < 0 || policy.approvals() > MAX_APPROVALS) {
            errors.add(new FieldError("/approvals", "must be 0 to " + MAX_APPROVALS));
        }
        if (policy.expireAfterDays() < 1 || policy.expireAfterDays() > MAX_DAYS) {
            errors.add(new FieldError("/expireAfterDays", "must be 1 to " + MAX_DAYS));
        }
        if (!DECIDING.contains(policy.approverRole())) {
            errors.add(new FieldError("/approverRole", "must be one of " + String.join(", ", DECIDING)));
        }
        if (policy.cardRequired() && policy.protectedAliases().isEmpty()) {
            errors.add(
                    new FieldError("/cardRequired", "needs a protected alias, whose movement then asks for the card"));
        }
        names(errors, "/allowedFormats", policy.allowedFormats());
        names(errors, "/protectedAliases", policy.protectedAliases());
        if (!errors.isEmpty()) {
            throw PlatformException.invalid(errors);
        }
    }

    private static void names(List<FieldError> errors, String field, List<String> names) {
        if (names.size() > MAX_LIST || names.stream().anyMatch(n -> !n.matches("[A-Za-z0-9_.-]{1,255}"))) {
            errors.add(new FieldError(
                    field, "must be at most " + MAX_LIST + " names of letters, digits, '_', '.' and '-'"));
        }
    }

    /**
     * Refuses a version that its model's policy does not allow.
     *
     * @param previous signature of the newest version before it, if there is one
     */
    @Transactional
    public void checkVersion(String model, String format, JsonNode signature, Optional<JsonNode> previous) {
        Policy policy = of(model);
        if (!policy.allowedFormats().isEmpty() && !policy.allowedFormats().contains(format)) {
            throw refused(
                    "/format",
                    "Format '" + format + "' is not allowed by the policy of model " + model + ", only "
                            + String.join(", ", policy.allowedFormats()));
        }
        boolean described = signature.path("inputs").isArray();
        if (policy.signatureRequired() && !described) {
            throw refused("/signature", "The policy of model " + model + " requires a signature");
        }
        if (previous.isPresent() && described && previous.get().path("inputs").isArray()) {
            List<String> breaks =
                    SignatureChanges.between(previous.get(), signature).against(policy.compatibility());
            if (!breaks.isEmpty()) {
                throw refused(
                        "/signature",
                        "The policy of model " + model + " requires "
                                + policy.compatibility().wire() + " compatibility with the version before: "
                                + String.join("; ", breaks));
            }
        }
    }

    private static PlatformException refused(String field, String message) {
        return new PlatformException(ErrorCode.UNPROCESSABLE, message, List.of(new FieldError(field, message)), null);
    }
}
