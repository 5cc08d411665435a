/**
 * Models that were logged, before or without being registered under a name. Owns {@code registry.logged_model*} (metrics
 * are written by the run that measured them) and {@code registry.run_model}.
 */
@NullMarked
package io.millrace.registry.loggedmodel;

import org.jspecify.annotations.NullMarked;
