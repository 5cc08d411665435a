package io.millrace.common.event;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Optional;

/** Hands one event to one consumer and moves its cursor, in one transaction. */
@ApplicationScoped
class EventDeliveryService {

    private final EventStore store;

    EventDeliveryService(EventStore store) {
        this.store = store;
    }

    @Transactional
    public void start(EventConsumer consumer) {
        store.start(consumer);
    }

    /** Answers whether there was an event. */
    @Transactional
    public boolean deliverNext(EventConsumer consumer) {
        Optional<Event> next = store.next(consumer);
        next.ifPresent(event -> {
            consumer.handle(event);
            store.move(consumer, event);
        });
        return next.isPresent();
    }
}
