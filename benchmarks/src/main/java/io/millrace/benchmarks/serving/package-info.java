/**
 * Loads the packaged serving-service: single rows by the native call and by Open Inference, beside a bare Vert.x route in the
 * same process.
 */
@NullMarked
package io.millrace.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
