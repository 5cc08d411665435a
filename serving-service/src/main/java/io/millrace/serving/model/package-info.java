/**
 * Step 3 of 10. Comes from {@code route}, which has chosen a version; goes to the model runtime and back with a prediction.
 *
 * <p>Owns models in memory and their files on disk: downloads a version, checks every digest, loads and warms it up, and
 * closes it when its last request has ended. Knows no endpoint.
 * Versions that are routed to stay in memory; of the others the last few do, within a budget.
 */
@NullMarked
package io.millrace.serving.model;

import org.jspecify.annotations.NullMarked;
