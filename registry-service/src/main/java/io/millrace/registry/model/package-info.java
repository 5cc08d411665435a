/**
 * Step 9 of 10. Comes from the gates of a pipeline run; goes to the router of the serving service through aliases.
 *
 * <p>Models, immutable versions, aliases with their history. Owns {@code registry.model*}, {@code registry.version_*} and
 * {@code registry.alias*}.
 */
@NullMarked
package io.millrace.registry.model;

import org.jspecify.annotations.NullMarked;
