package io.millrace.common.event;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps the consumers of this service going: woken by a notification, and every few seconds in case one was missed. */
@ApplicationScoped
class EventDeliveryJob {

    private static final Logger LOG = Logger.getLogger(EventDeliveryJob.class);
    private static final long POLL_SECONDS = 5;

    private final EventDeliveryService delivery;
    private final Courier courier;
    private final AtomicLong dead = new AtomicLong();
    private final PgListener listener;
    private final List<EventConsumer> consumers;

    /** At most one wake-up waits: one pass reads everything there is. */
    private final LinkedBlockingQueue<String> wake = new LinkedBlockingQueue<>(1);

    private volatile boolean running;
    private @Nullable Thread thread;

    EventDeliveryJob(
            EventDeliveryService delivery,
            Courier courier,
            PgListener listener,
            MeterRegistry meters,
            @All List<EventConsumer> consumers) {
        this.delivery = delivery;
        this.courier = courier;
        meters.gauge("millrace.event.dead.waiting", dead);
        this.listener = listener;
        this.consumers = consumers;
    }

    void start(@Observes StartupEvent event) {
        if (consumers.isEmpty()) {
            return;
        }
        running = true;
        listener.onNotification(source -> wake.offer(source));
        Thread started = new Thread(this::run, "millrace-events");
        started.setDaemon(true);
        started.start();
        thread = started;
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        running = false;
        wake.offer("stop");
        Thread stopping = thread;
        if (stopping != null) {
            stopping.join(TimeUnit.SECONDS.toMillis(POLL_SECONDS));
        }
    }

    private void run() {
        boolean started = false;
        while (running) {
            try {
                if (!started) {
                    consumers.forEach(delivery::start);
                    started = true;
                }
                for (EventConsumer consumer : consumers) {
                    drain(consumer);
                }
                dead.set(delivery.countDead());
            } catch (RuntimeException e) {
                if (running) {
                    LOG.errorf(e, "events not read");
                }
            }
            try {
                wake.poll(POLL_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** One consumer's trouble does not hold up the others; it is tried again at the next pass. */
    private void drain(EventConsumer consumer) {
        try {
            while (running && courier.carry(consumer)) {
                // goes on until there is no more
            }
        } catch (RuntimeException e) {
            if (running) {
                LOG.errorf(e, "events not read consumer=%s source=%s", consumer.name(), consumer.source());
            }
        }
    }
}
