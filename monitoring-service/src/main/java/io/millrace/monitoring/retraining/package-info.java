/**
 * Step 6 to 7 of 10. Comes from {@code alert}; goes to the pipeline service through the outbox.
 *
 * <p>One request in flight per model, then a cool-down counted from its end. Owns {@code monitoring.retraining_request}.
 */
@NullMarked
package io.millrace.monitoring.retraining;

import org.jspecify.annotations.NullMarked;
