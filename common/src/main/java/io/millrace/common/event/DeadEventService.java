package io.millrace.common.event;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Events that were set aside, for people to see and to try again once the cause is gone. */
@ApplicationScoped
class DeadEventService {

    private static final Logger LOG = Logger.getLogger(DeadEventService.class);

    private final EventDeliveryService delivery;
    private final List<EventConsumer> consumers;

    DeadEventService(EventDeliveryService delivery, @All List<EventConsumer> consumers) {
        this.delivery = delivery;
        this.consumers = consumers;
    }

    List<DeadEvent> list(int limit) {
        return delivery.dead(limit);
    }

    /**
     * Hands the event to its consumer, now and out of its order.
     *
     * @throws PlatformException UNPROCESSABLE when it still cannot be handled: it stays where it is, with the new error
     */
    void redeliver(String name, UUID eventId) {
        EventConsumer consumer = consumers.stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> PlatformException.notFound("event consumer", name));
        try {
            delivery.again(consumer, eventId);
            LOG.infof("event delivered again consumer=%s event=%s", name, eventId);
        } catch (RuntimeException e) {
            if (e instanceof PlatformException platform && platform.code() == ErrorCode.NOT_FOUND || Outage.causes(e)) {
                throw e;
            }
            delivery.failedAgain(consumer, eventId, e);
            throw new PlatformException(
                    ErrorCode.UNPROCESSABLE, "The event still cannot be handled: " + e.getMessage(), List.of(), e);
        }
    }
}
