/**
 * Step 4 of 10. Comes from {@code inference} with what was asked and answered; goes to {@code serving.prediction_v1},
 * where the drift windows read it.
 *
 * <p>Owns {@code serving.prediction}, a partition for each day, and {@code serving.prediction_minute}. A prediction never
 * waits for it: entries pass through bounded files, as binary records, and from there by COPY to the database; what does not fit
 * is dropped and counted.
 */
@NullMarked
package io.millrace.serving.predictionlog;

import org.jspecify.annotations.NullMarked;
