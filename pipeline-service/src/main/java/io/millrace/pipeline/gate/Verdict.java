package io.millrace.pipeline.gate;

import java.util.List;
import java.util.stream.Collectors;

/** What all rules together say about a candidate. */
sealed interface Verdict {

    record Passed() implements Verdict {}

    record Rejected(String reason) implements Verdict {}

    record Held(String reason) implements Verdict {}

    /**
     * A failed or erroneous required rule rejects; an inconclusive one holds (or rejects, if the pipeline says so); a
     * candidate that no required absolute rule and no comparison has judged is held, for nobody has looked at it.
     */
    static Verdict of(List<GateDecision> decisions, boolean rejectInconclusive) {
        String broken = named(decisions, GateResult.FAIL, GateResult.ERROR);
        if (!broken.isEmpty()) {
            return new Rejected("gates not passed: " + broken);
        }
        String open = named(decisions, GateResult.INCONCLUSIVE);
        if (!open.isEmpty()) {
            String reason = "gates inconclusive: " + open;
            return rejectInconclusive ? new Rejected(reason) : new Held(reason);
        }
        boolean judged = decisions.stream()
                .anyMatch(
                        d -> d.required() && d.is(GateResult.PASS) && !d.kind().equals("enough"));
        return judged ? new Passed() : new Held("no required rule has judged this candidate; there is no champion yet");
    }

    private static String named(List<GateDecision> decisions, GateResult... results) {
        return decisions.stream()
                .filter(GateDecision::required)
                .filter(d -> List.of(results).stream().anyMatch(d::is))
                .map(d -> d.rule() + " (" + d.reason() + ")")
                .collect(Collectors.joining("; "));
    }
}
