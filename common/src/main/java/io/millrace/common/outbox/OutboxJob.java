package io.millrace.common.outbox;

import io.millrace.common.error.PlatformException;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jboss.logging.Logger;

@ApplicationScoped
class OutboxJob {

    private static final Logger LOG = Logger.getLogger(OutboxJob.class);

    /** Bounds one pass; the next one goes on. */
    private static final int MAX_COMMANDS = 100;

    private final OutboxService outbox;
    private final OutboxTransport transport;

    OutboxJob(OutboxService outbox, OutboxTransport transport) {
        this.outbox = outbox;
        this.transport = transport;
    }

    @Scheduled(
            every = "{millrace.outbox.every}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            executeWith = Scheduled.SIMPLE)
    void send() {
        try {
            for (int i = 0; i < MAX_COMMANDS; i++) {
                Optional<Command> command = outbox.claim();
                if (command.isEmpty()) {
                    return;
                }
                outbox.finish(command.get(), transport.send(command.get()));
            }
        } catch (PlatformException e) {
            LOG.warnf("commands not sent reason=%s", e.getMessage());
        }
    }
}
