/**
 * Who changed what, from where: an append-only log, written in the transaction of the change. Owns {@code audit_entry}. What
 * a run logs is not in it, since a run's metrics, parameters and tags are a log themselves.
 */
@NullMarked
package io.millrace.registry.audit;

import org.jspecify.annotations.NullMarked;
