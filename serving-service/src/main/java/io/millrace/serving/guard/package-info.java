/**
 * What keeps one arm's trouble from the callers: circuit breakers, limits, load shedding, the result cache and micro-batches.
 * Plain classes without a framework, each in memory of this process alone; {@link io.millrace.serving.guard.GuardTable} keeps
 * them while routes come and go. Built by {@code route}, used by {@code inference}, shown by {@code endpoint}.
 */
@NullMarked
package io.millrace.serving.guard;

import org.jspecify.annotations.NullMarked;
