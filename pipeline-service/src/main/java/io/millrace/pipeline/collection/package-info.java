/**
 * Deletes step files that nobody needs any more. Owns no table; asks {@code run} what is in use and {@code step} to delete.
 */
@NullMarked
package io.millrace.pipeline.collection;

import org.jspecify.annotations.NullMarked;
