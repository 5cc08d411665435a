/** Named sets of runs. Owns {@code registry.experiment} and its tags. */
@NullMarked
package io.millrace.registry.experiment;

import org.jspecify.annotations.NullMarked;
