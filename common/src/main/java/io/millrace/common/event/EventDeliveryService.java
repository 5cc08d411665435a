package io.millrace.common.event;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Hands one event to one consumer and moves its cursor, in one transaction. */
@ApplicationScoped
class EventDeliveryService {

    private static final Logger LOG = Logger.getLogger(EventDeliveryService.class);
    private static final int MAX_ERROR = 2000;

    private final EventStore store;
    private final EventFailureStore failures;
    private final EventConfig config;
    private final Clock clock;
    private final MeterRegistry meters;

    EventDeliveryService(
            EventStore store, EventFailureStore failures, EventConfig config, Clock clock, MeterRegistry meters) {
        this.store = store;
        this.failures = failures;
        this.config = config;
        this.clock = clock;
        this.meters = meters;
    }

    @Transactional
    public void start(EventConsumer consumer) {
        store.start(consumer);
    }

    /**
     * Answers whether there was an event that could be handled now.
     *
     * @param trying told the event before it is handled, so that the caller knows which one failed
     */
    @Transactional
    public boolean deliverNext(EventConsumer consumer, Consumer<Event> trying) {
        Optional<Event> next = store.next(consumer);
        if (next.isEmpty()) {
            return false;
        }
        Event event = next.get();
        Optional<Instant> again = failures.nextAttempt(consumer, event.eventId());
        if (again.isPresent() && again.get().isAfter(clock.instant())) {
            return false;
        }
        trying.accept(event);
        consumer.handle(event);
        store.move(consumer, event);
        if (again.isPresent()) {
            failures.delete(consumer, event.eventId());
        }
        return true;
    }

    /**
     * Keeps that an event could not be handled. After the last attempt it is set aside and the cursor moves past it, both or
     * neither; until then everything behind it waits. Answers whether it was set aside.
     */
    @Transactional
    public boolean failed(EventConsumer consumer, Event event, Throwable error) {
        boolean stillNext = store.next(consumer)
                .map(e -> e.eventId().equals(event.eventId()))
                .orElse(false);
        if (!stillNext) {
            // Another replica has handled it since.
            return false;
        }
        Instant now = clock.instant();
        int attempts = failures.note(consumer, event, text(error), now);
        if (attempts < config.attempts()) {
            failures.pause(consumer, event.eventId(), now.plus(config.pause(attempts)));
            return false;
        }
        failures.bury(consumer, event.eventId(), now);
        store.move(consumer, event);
        meters.counter("millrace.event.dead", "consumer", consumer.name(), "source", consumer.source())
                .increment();
        LOG.errorf(
                "event set aside consumer=%s source=%s event=%s type=%s attempts=%d",
                consumer.name(), consumer.source(), event.eventId(), event.type(), attempts);
        return true;
    }

    /** Hands an event that was set aside to its consumer once more; it is forgotten when that goes well. */
    @Transactional
    public void again(EventConsumer consumer, UUID eventId) {
        store.waitForCursor(consumer);
        Event event = store.find(consumer, eventId)
                .orElseThrow(() -> PlatformException.notFound("event", eventId.toString()));
        if (!failures.delete(consumer, eventId)) {
            throw PlatformException.notFound("dead event", consumer.name() + "/" + eventId);
        }
        consumer.handle(event);
    }

    /** Keeps that an event that was set aside still cannot be handled. */
    @Transactional
    public void failedAgain(EventConsumer consumer, UUID eventId, Throwable error) {
        store.find(consumer, eventId).ifPresent(event -> failures.note(consumer, event, text(error), clock.instant()));
    }

    @Transactional
    public List<DeadEvent> dead(int limit) {
        return failures.dead(limit);
    }

    @Transactional
    public long countDead() {
        return failures.countDead();
    }

    private static String text(Throwable error) {
        // PostgreSQL keeps every character but U+0000.
        String text = error.toString().replace('\0', ' ');
        return text.length() > MAX_ERROR ? text.substring(0, MAX_ERROR) : text;
    }
}
