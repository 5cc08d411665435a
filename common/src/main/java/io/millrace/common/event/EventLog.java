package io.millrace.common.event;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/** Appends facts to this service's log, in the caller's transaction: both are stored, or neither. */
@ApplicationScoped
public class EventLog {

    private final EventStore store;

    EventLog(EventStore store) {
        this.store = store;
    }

    public void append(String type, String subject, Map<String, ?> data, String causedBy) {
        store.append(type, subject, data, causedBy);
    }
}
