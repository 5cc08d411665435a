package io.millrace.common.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jboss.logging.Logger;

/** Claims commands and notes how sending them went. Nothing here calls out while a transaction is open. */
@ApplicationScoped
class OutboxService {

    private static final Logger LOG = Logger.getLogger(OutboxService.class);

    /** Longer than one attempt can take, so that a claim runs out only when its holder is gone. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final long MIN_DELAY_MS = 500;
    private static final long MAX_DELAY_MS = Duration.ofMinutes(5).toMillis();
    private static final int MAX_DOUBLINGS = 20;
    static final int MAX_ATTEMPTS = 50;

    private final OutboxStore store;
    private final Clock clock;
    private final MeterRegistry meters;
    private final SplittableRandom jitter = new SplittableRandom();

    OutboxService(OutboxStore store, Clock clock, MeterRegistry meters) {
        this.store = store;
        this.clock = clock;
        this.meters = meters;
    }

    /** The command that has been due longest; nobody else sends it until the claim runs out. */
    @Transactional
    public Optional<Command> claim() {
        return store.claim(clock.instant(), LEASE, 1).stream().findFirst();
    }

    @Transactional
    public void finish(Command command, Delivery delivery) {
        Instant now = clock.instant();
        if (delivery instanceof Delivery.Accepted accepted) {
            if (store.delivered(command, now, accepted.response())) {
                count(command, "delivered");
                LOG.infof(
                        "command delivered id=%d target=%s path=%s attempts=%d",
                        command.id(), command.target(), command.path(), command.attempts());
            }
        } else if (delivery instanceof Delivery.Refused refused) {
            bury(command, now, refused.reason());
        } else if (delivery instanceof Delivery.Unreachable unreachable) {
            if (command.attempts() >= MAX_ATTEMPTS) {
                bury(command, now, unreachable.reason());
            } else {
                store.retry(command, now.plus(delay(command.attempts())), unreachable.reason());
                count(command, "retried");
            }
        }
    }

    private void bury(Command command, Instant now, String reason) {
        if (store.dead(command, now, reason)) {
            count(command, "dead");
            LOG.errorf(
                    "command given up id=%d target=%s path=%s attempts=%d reason=%s",
                    command.id(), command.target(), command.path(), command.attempts(), reason);
        }
    }

    private void count(Command command, String outcome) {
        meters.counter("millrace.outbox.attempts", "target", command.target(), "outcome", outcome)
                .increment();
    }

    /** Doubles from half a second to five minutes, with up to half of it taken off at random. */
    Duration delay(int attempts) {
        int doublings = Math.min(Math.max(attempts - 1, 0), MAX_DOUBLINGS);
        long full = Math.min(MAX_DELAY_MS, MIN_DELAY_MS << doublings);
        return Duration.ofMillis(full / 2 + jitter.nextLong(full / 2 + 1));
    }
}
