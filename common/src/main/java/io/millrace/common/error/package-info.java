/** One table of errors, one exception, three dialects. */
@NullMarked
package io.millrace.common.error;

import org.jspecify.annotations.NullMarked;
