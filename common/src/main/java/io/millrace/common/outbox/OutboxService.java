package io.millrace.common.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.jboss.logging.Logger;

/** Claims commands and notes how sending them went. Nothing here calls out while a transaction is open. */
@ApplicationScoped
class OutboxService {

    private static final Logger LOG = Logger.getLogger(OutboxService.class);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration MAX_DELAY = Duration.ofMinutes(5);
    private static final int BATCH = 10;
    static final int MAX_ATTEMPTS = 50;

    private final OutboxStore store;
    private final Clock clock;
    private final SplittableRandom jitter = new SplittableRandom();

    OutboxService(OutboxStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Transactional
    public List<Command> claim() {
        return store.claim(clock.instant(), LEASE, BATCH);
    }

    @Transactional
    public void finish(Command command, Delivery delivery) {
        Instant now = clock.instant();
        if (delivery instanceof Delivery.Accepted accepted) {
            store.delivered(command.id(), now, accepted.response());
            LOG.infof(
                    "command delivered id=%d target=%s path=%s attempts=%d",
                    command.id(), command.target(), command.path(), command.attempts());
        } else if (delivery instanceof Delivery.Refused refused) {
            bury(command, now, refused.reason());
        } else if (delivery instanceof Delivery.Unreachable unreachable) {
            if (command.attempts() >= MAX_ATTEMPTS) {
                bury(command, now, unreachable.reason());
            } else {
                store.retry(command.id(), now.plus(delay(command.attempts())), unreachable.reason());
            }
        }
    }

    private void bury(Command command, Instant now, String reason) {
        store.dead(command.id(), now, reason);
        LOG.errorf(
                "command given up id=%d target=%s path=%s attempts=%d reason=%s",
                command.id(), command.target(), command.path(), command.attempts(), reason);
    }

    /** Doubles from half a second to five minutes, with up to half of it taken off at random. */
    Duration delay(int attempts) {
        long full = Math.min(MAX_DELAY.toMillis(), 500L << Math.min(attempts - 1, 20));
        return Duration.ofMillis(full / 2 + jitter.nextLong(full / 2 + 1));
    }
}
