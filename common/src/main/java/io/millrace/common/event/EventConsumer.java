package io.millrace.common.event;

/**
 * Follows the events of another service. A bean that implements it is found by itself. {@link #handle} runs in one
 * transaction with the movement of its cursor: its effects in the database happen once. Effects elsewhere may happen again
 * and must be idempotent. An exception is logged and the same event is tried again, with growing pauses and the events behind
 * it waiting; after the last attempt it is set aside, to be delivered again by a person. It comes after later ones then. An
 * exception that tells of an outage (a lost store, a PlatformException of a temporary code) never sets an event aside.
 */
public interface EventConsumer {

    /** Name of the cursor; unique within the service and never renamed. */
    String name();

    /** Service whose events are followed: registry, pipeline, serving or monitoring. */
    String source();

    /** Called once per event in the order of the source's log. Must ignore types it does not know. */
    void handle(Event event);
}
