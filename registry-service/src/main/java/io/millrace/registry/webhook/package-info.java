/**
 * Tells other systems what happens in the registry. Owns {@code registry.webhook} and {@code registry.webhook_delivery}. An
 * event of {@code registry.event} becomes one delivery row per webhook that asked for it, in the transaction that moves the
 * reader's cursor; a job sends the rows. Whatever dies in between, the row is still there.
 */
@NullMarked
package io.millrace.registry.webhook;

import org.jspecify.annotations.NullMarked;
