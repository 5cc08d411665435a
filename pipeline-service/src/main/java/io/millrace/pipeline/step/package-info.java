/**
 * What a step of a run is, and the immutable files that steps hand to each other. Owns no table.
 */
@NullMarked
package io.millrace.pipeline.step;

import org.jspecify.annotations.NullMarked;
