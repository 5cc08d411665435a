/**
 * Counts of all predictions by minute, logged or not: {@code serving.prediction_minute}, which can be added up.
 */
@NullMarked
package io.millrace.serving.predictionlog.minute;

import org.jspecify.annotations.NullMarked;
