/** A small service on the shared parts, for their tests. */
@NullMarked
package io.millrace.common.probe;

import org.jspecify.annotations.NullMarked;
