/**
 * Step 2 of 10 and step 10 of 10. Comes from {@code inference} with a key, and from {@code registry.alias_v1} when a
 * promotion has moved an alias; goes to {@code model}.
 *
 * <p>Owns the routes in memory: which version of which arm answers a key. They are an immutable snapshot; the refresh
 * builds the next one beside it and swaps it in only when its models are loaded and warm.
 */
@NullMarked
package io.millrace.serving.route;

import org.jspecify.annotations.NullMarked;
