package io.millrace.monitoring.retraining;

import io.millrace.common.event.Event;
import io.millrace.common.event.EventConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Ends retraining requests when the pipeline service says that their run has ended. */
@ApplicationScoped
class RunFinishedConsumer implements EventConsumer {

    private final RetrainingService retraining;

    RunFinishedConsumer(RetrainingService retraining) {
        this.retraining = retraining;
    }

    @Override
    public String name() {
        return "retraining";
    }

    @Override
    public String source() {
        return "pipeline";
    }

    @Override
    public void handle(Event event) {
        if (event.type().equals("pipeline.run.finished")) {
            retraining.runFinished(
                    UUID.fromString(event.data().path("runId").asText()),
                    event.causedBy(),
                    event.data().path("state").asText());
        }
    }
}
