/**
 * Tree ensembles of ONNX graphs as flat arrays: a graph that is nothing but one ensemble is walked here, many times as fast as through
 * a session for a row, and only after its answers were found to be ONNX Runtime's own.
 */
@NullMarked
package io.millrace.runtime.onnx.trees;

import org.jspecify.annotations.NullMarked;
