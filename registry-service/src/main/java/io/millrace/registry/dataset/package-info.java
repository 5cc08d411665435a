/** Data sets that runs read. Owns {@code registry.dataset} and {@code registry.run_dataset}. */
@NullMarked
package io.millrace.registry.dataset;

import org.jspecify.annotations.NullMarked;
