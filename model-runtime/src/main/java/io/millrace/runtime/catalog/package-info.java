/**
 * Finds the format of a model folder among the formats on the class path (ServiceLoader) and opens it.
 */
@NullMarked
package io.millrace.runtime.catalog;

import org.jspecify.annotations.NullMarked;
