/**
 * Calls to the registry and the serving service. Owns no table.
 */
@NullMarked
package io.millrace.pipeline.client;

import org.jspecify.annotations.NullMarked;
