package io.millrace.registry.webhook;

import io.millrace.common.event.Event;
import io.millrace.common.event.EventConsumer;
import jakarta.enterprise.context.ApplicationScoped;

/** Makes deliveries of events, in the transaction that moves the cursor. */
@ApplicationScoped
class WebhookConsumer implements EventConsumer {

    private final WebhookDeliveryService deliveries;

    WebhookConsumer(WebhookDeliveryService deliveries) {
        this.deliveries = deliveries;
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public String source() {
        return "registry";
    }

    @Override
    public void handle(Event event) {
        deliveries.fanOut(event);
    }
}
