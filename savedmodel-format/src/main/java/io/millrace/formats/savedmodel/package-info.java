/**
 * SavedModels of TensorFlow and Keras, run by TensorFlow. Needs 153 MiB of native libraries, so a deployment adds it: see
 * {@code docs/formats.md}.
 */
@NullMarked
package io.millrace.formats.savedmodel;

import org.jspecify.annotations.NullMarked;
