/**
 * Step 4 of 10. Comes from {@code inference} with what was asked and answered; goes to {@code serving.prediction_v1},
 * where the drift windows read it.
 *
 * <p>Owns {@code serving.prediction}. A prediction never waits for it: entries pass through a bounded queue to one writer,
 * which stores them in batches; what does not fit is dropped and counted.
 */
@NullMarked
package io.millrace.serving.predictionlog;

import org.jspecify.annotations.NullMarked;
