/** JSON that is read and written many thousand times a second. */
@NullMarked
package io.millrace.serving.json;

import org.jspecify.annotations.NullMarked;
