package io.millrace.serving.endpoint;

import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.serving.endpoint.EndpointDefinition.WantedArm;
import io.millrace.serving.policy.Routing;
import io.millrace.serving.policy.RoutingCheck;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as sent.
 *
 * @param logSample share of rows to log, 0..1; absent: 1
 * @param redact input columns whose values are neither logged nor shown in errors, at most 1000; absent: none
 * @param routing absent: weights alone
 * @param causedBy what made the caller send this, such as {@code run:<uuid>}; absent: the caller
 */
record PutEndpointRequest(
        @Nullable String stickyKey,
        @Nullable DecisionRequest decision,
        @Nullable Double logSample,
        @Nullable List<@Nullable String> redact,
        @Nullable Routing routing,
        @Nullable List<@Nullable ArmRequest> arms,
        @Nullable String causedBy) {

    static final int MAX_ARMS = 20;
    private static final int MAX_REDACTED = 1000;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}");

    /** See {@link Decision}. */
    record DecisionRequest(
            @Nullable Double threshold,
            @Nullable String positive,
            @Nullable String negative) {}

    /**
     * An arm as sent.
     *
     * @param weight percent of the keys, 0..100 with up to two decimals; absent for a shadow
     * @param role {@code primary} (default) or {@code shadow}
     * @param alias the alias to follow; or else
     * @param version the version to serve
     */
    record ArmRequest(
            @Nullable String name,
            @Nullable BigDecimal weight,
            @Nullable String role,
            @Nullable String model,
            @Nullable String alias,
            @Nullable Integer version) {}

    static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw PlatformException.invalid(
                    "/name", "must be 1 to 63 of a-z, 0-9 and -, not starting or ending with -");
        }
    }

    /** What is asked, or a PlatformException with everything that is wrong. */
    EndpointDefinition definition() {
        List<FieldError> errors = new ArrayList<>();
        if (stickyKey != null && (stickyKey.isBlank() || stickyKey.length() > 250)) {
            errors.add(new FieldError("/stickyKey", "must have 1 to 250 characters"));
        }
        double sample = logSample == null ? 1 : logSample;
        if (!(sample >= 0 && sample <= 1)) {
            errors.add(new FieldError("/logSample", "must be from 0 to 1, got " + sample));
        }
        if (causedBy != null && (causedBy.isBlank() || causedBy.length() > 500)) {
            errors.add(new FieldError("/causedBy", "must have 1 to 500 characters"));
        }
        List<String> redacted = redact(errors);
        Decision decided = decision == null ? null : decision(decision, errors);
        List<WantedArm> wanted = arms(errors);
        Routing asked = routing == null ? Routing.NONE : routing;
        errors.addAll(RoutingCheck.errors(asked, names(wanted, false), names(wanted, true)));
        if (!errors.isEmpty()) {
            throw PlatformException.invalid(errors);
        }
        return new EndpointDefinition(stickyKey, decided, sample, redacted, asked, wanted);
    }

    private List<String> redact(List<FieldError> errors) {
        Set<String> columns = new TreeSet<>();
        List<@Nullable String> given = redact == null ? List.of() : redact;
        if (given.size() > MAX_REDACTED) {
            errors.add(new FieldError("/redact", "must be at most " + MAX_REDACTED + " columns, got " + given.size()));
            return List.of();
        }
        for (int i = 0; i < given.size(); i++) {
            String column = given.get(i);
            if (column == null || column.isBlank() || column.length() > 250) {
                errors.add(new FieldError("/redact/" + i, "must be a column's name of 1 to 250 characters"));
            } else {
                columns.add(column);
            }
        }
        return List.copyOf(columns);
    }

    private static Set<String> names(List<WantedArm> arms, boolean shadows) {
        Set<String> names = new HashSet<>();
        arms.stream().filter(arm -> shadows || arm.role() == ArmRole.PRIMARY).forEach(arm -> names.add(arm.name()));
        return names;
    }

    private static @Nullable Decision decision(DecisionRequest given, List<FieldError> errors) {
        Double threshold = given.threshold;
        String positive = given.positive;
        String negative = given.negative;
        if (threshold == null || !(threshold >= 0 && threshold <= 1)) {
            errors.add(new FieldError("/decision/threshold", "must be from 0 to 1, got " + threshold));
            return null;
        }
        if (positive == null || negative == null || bad(positive) || bad(negative)) {
            errors.add(new FieldError("/decision", "positive and negative must have 1 to 100 characters"));
            return null;
        }
        return new Decision(threshold, positive, negative);
    }

    private static boolean bad(String decision) {
        return decision.isBlank() || decision.length() > 100;
    }

    private List<WantedArm> arms(List<FieldError> errors) {
        List<WantedArm> wanted = new ArrayList<>();
        if (arms == null || arms.isEmpty() || arms.size() > MAX_ARMS) {
            errors.add(new FieldError("/arms", "must be a list of 1 to " + MAX_ARMS + " arms"));
            return wanted;
        }
        int before = errors.size();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < arms.size(); i++) {
            ArmRequest given = arms.get(i);
            WantedArm arm = given == null ? null : arm(given, "/arms/" + i, errors);
            if (given == null) {
                errors.add(new FieldError("/arms/" + i, "must be an arm"));
            }
            if (arm != null) {
                wanted.add(arm);
                if (!names.add(arm.name())) {
                    errors.add(new FieldError("/arms/" + i + "/name", "two arms are named " + arm.name()));
                }
            }
        }
        if (errors.size() > before) {
            return wanted;
        }
        long shadows =
                wanted.stream().filter(arm -> arm.role() == ArmRole.SHADOW).count();
        if (shadows > 1) {
            errors.add(new FieldError("/arms", "at most one arm can be the shadow, got " + shadows));
        }
        int total = wanted.stream().mapToInt(WantedArm::weight).sum();
        if (total != Buckets.COUNT) {
            errors.add(new FieldError(
                    "/arms",
                    "weights of the primary arms must sum to 100, got "
                            + BigDecimal.valueOf(total, 2).stripTrailingZeros().toPlainString()));
        }
        return wanted;
    }

    private static @Nullable WantedArm arm(ArmRequest given, String pointer, List<FieldError> errors) {
        int before = errors.size();
        String name = given.name;
        if (name == null || !NAME.matcher(name).matches()) {
            errors.add(new FieldError(pointer + "/name", "must be 1 to 63 of a-z, 0-9 and -"));
        }
        String model = given.model;
        if (model == null || model.isBlank() || model.length() > 256 || model.contains("/") || model.contains(":")) {
            errors.add(new FieldError(pointer + "/model", "must be the name of a registered model"));
        }
        ArmRole role = role(given.role);
        if (role == null) {
            errors.add(new FieldError(pointer + "/role", "must be primary or shadow, got " + given.role));
        }
        Target target = target(given);
        if (target == null) {
            errors.add(new FieldError(pointer, "must have either an alias or a version from 1"));
        }
        Integer weight = role == ArmRole.SHADOW ? Integer.valueOf(0) : weight(given.weight);
        if (weight == null) {
            errors.add(new FieldError(
                    pointer + "/weight", "must be from 0 to 100 with up to two decimals, got " + given.weight));
        }
        if (errors.size() > before
                || name == null
                || model == null
                || role == null
                || target == null
                || weight == null) {
            return null;
        }
        return new WantedArm(name, role, weight, model, target);
    }

    private static @Nullable ArmRole role(@Nullable String given) {
        if (given == null) {
            return ArmRole.PRIMARY;
        }
        return switch (given.toLowerCase(Locale.ROOT)) {
            case "primary" -> ArmRole.PRIMARY;
            case "shadow" -> ArmRole.SHADOW;
            default -> null;
        };
    }

    private static @Nullable Target target(ArmRequest given) {
        if (given.alias != null
                && given.version == null
                && ALIAS.matcher(given.alias).matches()) {
            return new Target.Alias(given.alias);
        }
        return given.alias == null && given.version != null && given.version >= 1
                ? new Target.Version(given.version)
                : null;
    }

    /** Parts of 10000, or null. */
    private static @Nullable Integer weight(@Nullable BigDecimal given) {
        // The bounds come first: expanding 1e999999999 would take all memory.
        if (given == null
                || given.signum() < 0
                || given.compareTo(BigDecimal.valueOf(100)) > 0
                || given.stripTrailingZeros().scale() > 2) {
            return null;
        }
        return given.movePointRight(2).intValueExact();
    }
}
