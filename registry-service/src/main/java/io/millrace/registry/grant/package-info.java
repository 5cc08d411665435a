/**
 * Who may see, change and manage which experiment and which model, as people set it. Owns {@code registry.experiment_grant}
 * and {@code registry.model_grant}.
 */
@NullMarked
package io.millrace.registry.grant;

import org.jspecify.annotations.NullMarked;
