/**
 * Step 7 of 10. Comes from an alert, a schedule or a person; goes to {@code run}. Quartz is only the clock.
 */
@NullMarked
package io.millrace.pipeline.trigger;

import org.jspecify.annotations.NullMarked;
