package io.millrace.pipeline.definition;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a pipeline would do: everything resolved, before anything runs. */
record PlanResponse(PipelineSpec spec, List<String> steps, List<Instant> nextFireTimes, List<String> notes) {

    static PlanResponse of(PipelineSpec spec, Instant now) {
        List<String> notes = new ArrayList<>();
        boolean absolute = spec.gates().stream().anyMatch(g -> g instanceof GateSpec.Absolute && !g.warn());
        if (!absolute) {
            notes.add("No absolute gate: without a champion the first run will be held for a decision.");
        }
        if (spec.deploy() == null) {
            notes.add("No deploy: a passed candidate is registered and gets no alias.");
        }
        if (spec.data().time() == null) {
            notes.add(
                    "No time column: the test set is a random part of the rows, so drift within the data is not tested.");
        }
        List<String> steps =
                new ArrayList<>(List.of("data", "expect", "split", "features", "train", "evaluate", "gates"));
        steps.add("register");
        if (spec.deploy() != null) {
            steps.add("deploy");
        }
        return new PlanResponse(spec, steps, DefinitionResponse.fires(spec, now), notes);
    }
}
