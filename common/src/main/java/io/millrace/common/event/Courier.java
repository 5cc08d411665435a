package io.millrace.common.event;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Carries events to consumers one at a time. What a consumer cannot handle is tried again with growing pauses and then set
 * aside; what fails because the store or a service is away is tried again for as long as that lasts.
 */
@ApplicationScoped
class Courier {

    private static final Logger LOG = Logger.getLogger(Courier.class);

    private final EventDeliveryService delivery;

    Courier(EventDeliveryService delivery) {
        this.delivery = delivery;
    }

    /** Carries the next event; answers whether the one after it may be tried at once. */
    boolean carry(EventConsumer consumer) {
        AtomicReference<@Nullable Event> tried = new AtomicReference<>();
        try {
            return delivery.deliverNext(consumer, tried::set);
        } catch (RuntimeException e) {
            Event event = tried.get();
            boolean outage = event == null || Outage.causes(e);
            LOG.errorf(
                    e,
                    "event not handled consumer=%s source=%s event=%s outage=%s",
                    consumer.name(),
                    consumer.source(),
                    event == null ? "none" : event.eventId(),
                    outage);
            return event != null && !outage && delivery.failed(consumer, event, e);
        }
    }
}
