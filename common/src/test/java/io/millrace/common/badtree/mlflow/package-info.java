/** Breaks the layering rules on purpose; see BadTreeTest. */
@NullMarked
package io.millrace.common.badtree.mlflow;

import org.jspecify.annotations.NullMarked;
