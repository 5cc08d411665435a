package io.millrace.monitoring.promotion;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.common.event.Event;
import io.millrace.common.event.EventConsumer;
import io.millrace.monitoring.alert.AlertService;
import jakarta.enterprise.context.ApplicationScoped;

/** Resolves the alerts of a version when another takes its place. */
@ApplicationScoped
class PromotionConsumer implements EventConsumer {

    private final AlertService alerts;

    PromotionConsumer(AlertService alerts) {
        this.alerts = alerts;
    }

    @Override
    public String name() {
        return "promotion";
    }

    @Override
    public String source() {
        return "registry";
    }

    @Override
    public void handle(Event event) {
        JsonNode from = event.data().path("fromVersion");
        if (!event.type().equals("registry.alias.changed") || !from.isInt()) {
            return;
        }
        JsonNode to = event.data().path("toVersion");
        if (from.asInt() == to.asInt()) {
            return;
        }
        String successor = to.isInt() ? "version " + to.asInt() : "none";
        alerts.resolveVersion(
                event.data().path("model").asText(),
                from.asInt(),
                "replaced as " + event.data().path("alias").asText() + " by " + successor,
                "promotion:" + event.data().path("changeId").asText());
    }
}
