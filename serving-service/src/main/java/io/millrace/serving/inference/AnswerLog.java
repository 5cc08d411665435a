package io.millrace.serving.inference;

import io.millrace.serving.endpoint.ArmRole;
import io.millrace.serving.inference.Answer.Scored;
import io.millrace.serving.model.VersionId;
import io.millrace.serving.predictionlog.Comparison;
import io.millrace.serving.predictionlog.PredictionEntry;
import io.millrace.serving.predictionlog.PredictionLogService;
import io.millrace.serving.predictionlog.RowValues;
import io.millrace.serving.route.Route;
import io.millrace.serving.route.ServedArm;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Hands what an arm answered to the prediction log. */
@Singleton
class AnswerLog {

    private final PredictionLogService log;

    AnswerLog(PredictionLogService log) {
        this.log = log;
    }

    /** @param compared of a shadow, for each row; empty for a primary */
    void record(
            ServedArm arm,
            CallContext context,
            List<RowValues> values,
            List<Scored> scored,
            List<Comparison> compared,
            Duration took) {
        Route route = context.route();
        // The key may be the value of the sticky column.
        String key = route.stickyKey() != null && route.redacted().contains(route.stickyKey()) ? null : context.key();
        String role = (compared.isEmpty() ? ArmRole.PRIMARY : ArmRole.SHADOW).text();
        VersionId version = arm.model().id();
        List<PredictionEntry> entries = new ArrayList<>(values.size());
        for (int row = 0; row < values.size(); row++) {
            Scored said = scored.get(row);
            entries.add(new PredictionEntry(
                    said.predictionId(),
                    route.endpoint(),
                    arm.name(),
                    role,
                    version.model(),
                    version.version(),
                    context.eventAt(),
                    context.receivedAt(),
                    context.requestId(),
                    key,
                    values.get(row),
                    route.redacted(),
                    route.logSample(),
                    said.score(),
                    said.label(),
                    said.decision(),
                    arm.model().joinedParts(),
                    compared.isEmpty() ? null : compared.get(row),
                    took.toNanos() / 1000));
        }
        log.add(entries);
    }
}
