/**
 * Models as files, to take one with its versions, runs, artifacts and histories to another installation. Owns no table: it
 * reads rows of {@code model}, {@code run} and their like as they are stored, and adds them as they were.
 */
@NullMarked
package io.millrace.registry.bundle;

import org.jspecify.annotations.NullMarked;
