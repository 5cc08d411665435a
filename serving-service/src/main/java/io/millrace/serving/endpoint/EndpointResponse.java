package io.millrace.serving.endpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An endpoint as sent, with the state of each arm. */
record EndpointResponse(
        String name,
        long revision,
        @Nullable String stickyKey,
        @Nullable Decision decision,
        double logSample,
        List<String> redact,
        List<ArmResponse> arms,
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

    static EndpointResponse of(Endpoint endpoint, ArmStatuses statuses) {
        return new EndpointResponse(
                endpoint.name(),
                endpoint.revision(),
                endpoint.stickyKey(),
                endpoint.decision(),
                endpoint.logSample(),
                endpoint.redact(),
                endpoint.arms().stream()
                        .map(arm -> arm(arm, statuses.get(endpoint, arm)))
                        .toList(),
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
