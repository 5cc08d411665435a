/** The only reader of the system clock. */
@NullMarked
package io.millrace.common.time;

import org.jspecify.annotations.NullMarked;
