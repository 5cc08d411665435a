/**
 * Data validation: rules that a snapshot must meet. Owns no table.
 */
@NullMarked
package io.millrace.pipeline.expectation;

import org.jspecify.annotations.NullMarked;
