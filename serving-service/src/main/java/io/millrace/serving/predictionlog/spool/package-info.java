/**
 * Records that wait in files, in order: appended by whoever answers, read and let go by one thread, found again after a kill. Knows
 * nothing of what is in them.
 */
@NullMarked
package io.millrace.serving.predictionlog.spool;

import org.jspecify.annotations.NullMarked;
