/**
 * Step 7 of 10. Comes from the pipeline's train step; goes to the gate.
 * <p>Owns the trainers by name, their parameters and bounds, and the trained model that can predict and be saved.
 */
@NullMarked
package io.millrace.runtime.training;

import org.jspecify.annotations.NullMarked;
