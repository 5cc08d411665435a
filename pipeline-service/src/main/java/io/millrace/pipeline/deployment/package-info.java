/**
 * Step 9 of 10. Comes from {@code registration}; goes to the registry's alias and so to the router. Owns no table.
 */
@NullMarked
package io.millrace.pipeline.deployment;

import org.jspecify.annotations.NullMarked;
