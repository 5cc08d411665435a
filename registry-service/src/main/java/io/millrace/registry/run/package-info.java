/** Runs with their parameters, tags and metrics. Owns {@code registry.run*} and {@code registry.metric*}. */
@NullMarked
package io.millrace.registry.run;

import org.jspecify.annotations.NullMarked;
