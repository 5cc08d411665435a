/**
 * Step 5 of 10. Comes from the prediction log of the serving service; goes to {@code drift} and {@code alert}.
 *
 * <p>Tumbling windows by event time, aligned to the epoch. Owns {@code monitoring.drift_window} and
 * {@code monitoring.drift_result}.
 */
@NullMarked
package io.millrace.monitoring.window;

import org.jspecify.annotations.NullMarked;
