/**
 * Step 5 of 10. Comes from {@code window}; goes to {@code alert}. Pure: two profiles and limits give a report.
 */
@NullMarked
package io.millrace.monitoring.drift;

import org.jspecify.annotations.NullMarked;
