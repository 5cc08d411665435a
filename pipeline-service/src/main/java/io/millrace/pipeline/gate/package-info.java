/**
 * Step 8 of 10. Comes from {@code evaluation}; goes to {@code registration}. Owns {@code pipeline.gate_decision}.
 */
@NullMarked
package io.millrace.pipeline.gate;

import org.jspecify.annotations.NullMarked;
