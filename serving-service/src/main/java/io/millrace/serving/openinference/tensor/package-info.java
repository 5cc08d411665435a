/** Tensors of the Open Inference protocol, as both its transports send and get them: datatypes, binary form, rows and columns. */
@NullMarked
package io.millrace.serving.openinference.tensor;

import org.jspecify.annotations.NullMarked;
