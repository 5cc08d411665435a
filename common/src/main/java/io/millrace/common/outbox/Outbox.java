package io.millrace.common.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/** Takes commands to other services in the caller's transaction; {@link OutboxJob} sends them after it is committed. */
@ApplicationScoped
public class Outbox {

    private final OutboxStore store;
    private final Clock clock;

    Outbox(OutboxStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Adds a command unless one with the same key is there for the target.
     *
     * @param target service to send to: registry, pipeline, serving or monitoring
     * @param method POST, PUT or DELETE
     * @param path path below the service's address, from the slash
     */
    public void add(String target, String method, String path, String idempotencyKey, Object body, String causedBy) {
        store.add(target, method, path, idempotencyKey, body, causedBy, clock.instant());
    }
}
