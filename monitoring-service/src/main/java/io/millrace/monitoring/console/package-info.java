/**
 * The operator's page and the one answer it is drawn from. Owns no table.
 */
@NullMarked
package io.millrace.monitoring.console;

import org.jspecify.annotations.NullMarked;
