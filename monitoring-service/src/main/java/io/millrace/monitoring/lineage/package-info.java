/**
 * The way from an effect back to its cause, over the contract views of all services. Owns no table.
 */
@NullMarked
package io.millrace.monitoring.lineage;

import org.jspecify.annotations.NullMarked;
