package io.millrace.common.outbox;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

@ApplicationScoped
class OutboxJob {

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
        List<Command> commands = outbox.claim();
        for (Command command : commands) {
            outbox.finish(command, transport.send(command));
        }
    }
}
