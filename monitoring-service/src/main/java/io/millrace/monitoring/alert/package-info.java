/**
 * Step 6 of 10. Comes from {@code window} and {@code quality}; goes to {@code retraining}. Owns {@code monitoring.alert}.
 */
@NullMarked
package io.millrace.monitoring.alert;

import org.jspecify.annotations.NullMarked;
