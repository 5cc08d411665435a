/**
 * Lets go for good what was deleted softly long enough ago: experiments, runs, logged models, and the files of versions. Owns
 * no table; what nobody refers to any more is left to the garbage collection of {@code blob}.
 */
@NullMarked
package io.millrace.registry.purge;

import org.jspecify.annotations.NullMarked;
