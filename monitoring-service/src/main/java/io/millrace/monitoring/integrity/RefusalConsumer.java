package io.millrace.monitoring.integrity;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.common.event.Event;
import io.millrace.common.event.EventConsumer;
import io.millrace.monitoring.alert.Alert.Subject;
import io.millrace.monitoring.alert.AlertKind;
import io.millrace.monitoring.alert.AlertService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/** Opens an alert when serving refuses a version, and resolves it when the version is accepted after all. */
@ApplicationScoped
class RefusalConsumer implements EventConsumer {

    private final AlertService alerts;

    RefusalConsumer(AlertService alerts) {
        this.alerts = alerts;
    }

    @Override
    public String name() {
        return "refusal";
    }

    @Override
    public String source() {
        return "serving";
    }

    @Override
    public void handle(Event event) {
        JsonNode data = event.data();
        Subject subject = new Subject(
                event.subject(),
                data.path("model").asText(),
                data.path("version").asInt(),
                AlertKind.INTEGRITY);
        String cause = "event:" + event.eventId();
        switch (event.type()) {
            case "serving.version.refused" -> {
                String reason = data.path("reason").asText();
                alerts.fire(
                        subject,
                        "critical",
                        "version " + subject.version() + " of " + subject.model() + " is not served: " + reason,
                        Map.of("reason", reason),
                        cause);
            }
            case "serving.version.accepted" -> alerts.resolve(subject, "its files are those that were signed", cause);
            default -> {
                // Other facts of serving say nothing about integrity.
            }
        }
    }
}
