/**
 * What the caller of a request may see and change. The stores of the other features add {@link
 * io.millrace.registry.access.Access}'s conditions to their own statements, so that pages are full and nothing hidden is
 * counted; their services ask {@link io.millrace.registry.access.AccessService} before a change.
 */
@NullMarked
package io.millrace.registry.access;

import org.jspecify.annotations.NullMarked;
