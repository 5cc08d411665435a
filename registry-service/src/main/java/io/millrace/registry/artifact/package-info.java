/** Files by content, and the paths under which runs know them. Owns {@code registry.blob} and {@code registry.artifact}. */
@NullMarked
package io.millrace.registry.artifact;

import org.jspecify.annotations.NullMarked;
