/**
 * Step 7 of 10. Comes from {@code trigger}; goes to {@code gate}. Owns {@code pipeline.run} and {@code pipeline.step_run}.
 */
@NullMarked
package io.millrace.pipeline.run;

import org.jspecify.annotations.NullMarked;
