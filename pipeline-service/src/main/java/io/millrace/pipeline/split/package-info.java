/**
 * Divides a snapshot into training, validation and a frozen test set. Owns no table.
 */
@NullMarked
package io.millrace.pipeline.split;

import org.jspecify.annotations.NullMarked;
