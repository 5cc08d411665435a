/**
 * Sums of decision trees in flat arrays, and the way from named columns to them and back to a prediction. Shared by the
 * formats of boosted trees; where their rules differ, the node says which holds.
 */
@NullMarked
package io.millrace.runtime.tree;

import org.jspecify.annotations.NullMarked;
