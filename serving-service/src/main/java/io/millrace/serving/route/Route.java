package io.millrace.serving.route;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.endpoint.Decision;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How one endpoint's requests are answered now. Immutable. */
public final class Route {

    private final String endpoint;
    private final @Nullable String stickyKey;
    private final @Nullable Decision decision;
    private final double logSample;
    private final Set<String> redacted;
    private final Assignment assignment;
    private final Failover failover;
    private final List<ServedArm> primaries;
    private final @Nullable ServedArm shadow;
    private final @Nullable ShadowMeters shadowMeters;
    private final Set<String> columns;

    /** @param primaries by the router's index; an arm that cannot be served is represented by one that can */
    Route(
            String endpoint,
            @Nullable String stickyKey,
            @Nullable Decision decision,
            double logSample,
            Set<String> redacted,
            Assignment assignment,
            Failover failover,
            List<ServedArm> primaries,
            @Nullable ServedArm shadow,
            @Nullable ShadowMeters shadowMeters) {
        this.endpoint = endpoint;
        this.stickyKey = stickyKey;
        this.decision = decision;
        this.logSample = logSample;
        this.redacted = Set.copyOf(redacted);
        this.assignment = assignment;
        this.failover = failover;
        this.primaries = List.copyOf(primaries);
        this.shadow = shadow;
        this.shadowMeters = shadowMeters;
        this.columns = read();
    }

    private Set<String> read() {
        Set<String> known = new LinkedHashSet<>();
        for (ServedArm arm : arms()) {
            arm.model().signature().inputs().stream().map(Column::name).forEach(known::add);
        }
        if (stickyKey != null) {
            known.add(stickyKey);
        }
        known.addAll(assignment.columns());
        return Set.copyOf(known);
    }

    /** The primary arms, then the shadow. */
    public List<ServedArm> arms() {
        List<ServedArm> arms = new ArrayList<>(primaries);
        if (shadow != null) {
            arms.add(shadow);
        }
        return arms;
    }

    public String endpoint() {
        return endpoint;
    }

    /** Name of the input column that holds the key. */
    public @Nullable String stickyKey() {
        return stickyKey;
    }

    public @Nullable Decision decision() {
        return decision;
    }

    /** Columns whose values are neither logged nor shown in errors. */
    public Set<String> redacted() {
        return redacted;
    }

    /** The complaint, without the value when its column is redacted. */
    public SignatureException shown(SignatureException complaint) {
        return redacted.contains(complaint.field())
                ? new SignatureException(
                        complaint.field(),
                        complaint.row(),
                        "does not fit the signature; the column is redacted, so its value is not shown")
                : complaint;
    }

    /** Share of rows to log, 0..1. */
    public double logSample() {
        return logSample;
    }

    /** Every column that an arm or a rule reads, and the sticky key: a column not here is a mistake. */
    public Set<String> columns() {
        return columns;
    }

    /** The arm for a key and what rules ask about. */
    public ServedArm choose(String key, RequestAttributes attributes) {
        Assignment.Choice choice = assignment.choose(key, attributes);
        failover.assigned(choice.by());
        return primaries.get(choice.arm());
    }

    /** What is done when an arm fails, and what keeps it from that. */
    public Failover failover() {
        return failover;
    }

    /** Whether a request may wait, for another machine or for its turn, so that no event loop must answer it. */
    public boolean waits() {
        return failover.waits() || arms().stream().anyMatch(arm -> arm.model().remote());
    }

    /** A primary arm that serves the version. */
    public Optional<ServedArm> findVersion(int version) {
        return primaries.stream().filter(arm -> arm.version() == version).findFirst();
    }

    /** Versions that answer, without the shadow's. */
    public List<Integer> versions() {
        return primaries.stream().map(ServedArm::version).distinct().sorted().toList();
    }

    public ServedArm firstArm() {
        return primaries.get(0);
    }

    /** Compares the shadow with the primaries; null without a shadow. */
    public @Nullable ShadowMeters shadowMeters() {
        return shadowMeters;
    }

    public @Nullable ServedArm shadow() {
        return shadow;
    }
}
