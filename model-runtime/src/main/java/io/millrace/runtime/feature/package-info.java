/**
 * Owns features: what a pipeline asks for ({@link io.millrace.runtime.feature.FeatureSpec}), what was learned from the
 * training rows ({@link io.millrace.runtime.feature.FittedFeatures}), and the one piece of code that turns rows into a
 * matrix, used in training and in serving alike, so the two cannot differ.
 */
@NullMarked
package io.millrace.runtime.feature;

import org.jspecify.annotations.NullMarked;
