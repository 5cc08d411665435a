package io.millrace.pipeline.gate;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** Keeps what the gates said. */
@ApplicationScoped
public class GateService {

    private final GateStore gates;
    private final Clock clock;

    GateService(GateStore gates, Clock clock) {
        this.gates = gates;
        this.clock = clock;
    }

    @Transactional
    void record(UUID runId, List<GateDecision> decisions) {
        gates.replace(runId, decisions, clock.instant());
    }

    /** The decisions of a run in the order of its rules. */
    @Transactional
    public List<GateDecision> list(UUID runId) {
        return gates.list(runId);
    }
}
