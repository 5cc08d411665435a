/** Access tokens, shown once and kept as a hash. Owns {@code registry.token}. */
@NullMarked
package io.millrace.registry.token;

import org.jspecify.annotations.NullMarked;
