/**
 * Owns the layout of a model folder: {@code model.json}, {@code features.json} and the safe reading of both.
 */
@NullMarked
package io.millrace.runtime.descriptor;

import org.jspecify.annotations.NullMarked;
