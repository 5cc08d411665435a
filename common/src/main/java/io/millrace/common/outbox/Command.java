package io.millrace.common.outbox;

/**
 * A command on its way.
 *
 * @param attempts how often it was tried, this time included
 */
record Command(
        long id,
        String target,
        String method,
        String path,
        String idempotencyKey,
        String body,
        String causedBy,
        int attempts) {}
