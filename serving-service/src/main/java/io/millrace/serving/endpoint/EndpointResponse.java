package io.millrace.serving.endpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.serving.guard.EndpointGuard;
import io.millrace.serving.guard.GuardTable;
import io.millrace.serving.policy.Routing;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as sent, with the state of each arm.
 *
 * @param guards breakers, limits and cache as they stand in the replica that answers; null when none is asked for
 */
record EndpointResponse(
        String name,
        long revision,
        @Nullable String stickyKey,
        @Nullable Decision decision,
        double logSample,
        List<String> redact,
        Routing routing,
        List<ArmResponse> arms,
        EndpointGuard.@Nullable State guards,
        Instant createdAt,
        Instant updatedAt) {

    /**
     * An arm.
     *
     * @param weight percent of the keys
     * @param resolvedVersion the version asked for now
     * @param servingVersion the version that answers now; differs while a new one loads or has failed
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ArmResponse(
            String name,
            BigDecimal weight,
            String role,
            String model,
            @Nullable String alias,
            @Nullable Integer version,
            @Nullable Integer resolvedVersion,
            @Nullable Integer servingVersion,
            ArmStatus.State state,
            String detail) {}

    static EndpointResponse of(Endpoint endpoint, ArmStatuses statuses, GuardTable guards) {
        return new EndpointResponse(
                endpoint.name(),
                endpoint.revision(),
                endpoint.stickyKey(),
                endpoint.decision(),
                endpoint.logSample(),
                endpoint.redact(),
                endpoint.routing(),
                endpoint.arms().stream()
                        .map(arm -> arm(arm, statuses.get(endpoint, arm)))
                        .toList(),
                guards.state(endpoint.name()),
                endpoint.createdAt(),
                endpoint.updatedAt());
    }

    private static ArmResponse arm(Arm arm, ArmStatus status) {
        // Whole percents are sent as 50, not 5E+1.
        BigDecimal percent = BigDecimal.valueOf(arm.weight(), 2).stripTrailingZeros();
        return new ArmResponse(
                arm.name(),
                percent.scale() < 0 ? percent.setScale(0) : percent,
                arm.role().text(),
                arm.model(),
                arm.target().<@Nullable String>fold(Target.Alias::alias, version -> null),
                arm.target().<@Nullable Integer>fold(alias -> null, Target.Version::number),
                status.resolvedVersion(),
                status.servingVersion(),
                status.state(),
                status.detail());
    }
}
