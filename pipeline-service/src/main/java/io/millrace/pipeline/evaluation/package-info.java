/**
 * Scores candidate and champion on the same frozen rows. Owns no table.
 */
@NullMarked
package io.millrace.pipeline.evaluation;

import org.jspecify.annotations.NullMarked;
