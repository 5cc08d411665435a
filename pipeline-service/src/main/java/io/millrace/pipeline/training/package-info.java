/**
 * Fits features and trains the candidate. Owns no table.
 */
@NullMarked
package io.millrace.pipeline.training;

import org.jspecify.annotations.NullMarked;
