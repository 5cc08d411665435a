/**
 * Predictions with what really happened, as a Parquet file. Reads {@code serving.prediction} and {@code serving.feedback};
 * owns nothing.
 */
@NullMarked
package io.millrace.serving.export;

import org.jspecify.annotations.NullMarked;
