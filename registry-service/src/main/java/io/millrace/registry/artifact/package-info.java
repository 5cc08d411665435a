/** Files by content, and the paths under which runs and logged models know them. Owns {@code registry.blob} and {@code registry.artifact}. */
@NullMarked
package io.millrace.registry.artifact;

import org.jspecify.annotations.NullMarked;
