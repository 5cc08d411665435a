package io.millrace.serving.predictionlog;

import org.jspecify.annotations.Nullable;

/**
 * A shadow's answer beside the one that the caller got.
 *
 * @param agrees whether both decide and label alike, or, where nothing is decided or labelled, say the same number
 * @param distance between the scores, never negative; null when one of them has none
 */
public record Comparison(boolean agrees, @Nullable Double distance) {}
