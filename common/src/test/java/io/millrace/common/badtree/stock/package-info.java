/** Breaks the layering rules on purpose; see BadTreeTest. */
@NullMarked
package io.millrace.common.badtree.stock;

import org.jspecify.annotations.NullMarked;
