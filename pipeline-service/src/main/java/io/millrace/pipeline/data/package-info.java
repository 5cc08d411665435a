/**
 * Reads data sources and makes immutable snapshots of them. Owns no table.
 */
@NullMarked
package io.millrace.pipeline.data;

import org.jspecify.annotations.NullMarked;
