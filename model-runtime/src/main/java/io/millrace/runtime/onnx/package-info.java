/**
 * The ONNX format, run by ONNX Runtime, and the export of trained models to it.
 */
@NullMarked
package io.millrace.runtime.onnx;

import org.jspecify.annotations.NullMarked;
