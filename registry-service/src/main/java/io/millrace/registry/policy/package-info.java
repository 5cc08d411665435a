/**
 * What must be true of a model's versions and of moving its aliases. Owns {@code model_policy}. Asked by {@code model} when a
 * version is registered or an alias moved, and by {@code promotion}.
 */
@NullMarked
package io.millrace.registry.policy;

import org.jspecify.annotations.NullMarked;
