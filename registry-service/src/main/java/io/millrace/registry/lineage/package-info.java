/**
 * What came of what: data sets, runs, logged models, versions, code and pipeline runs as one graph, in both directions. Owns
 * no table.
 */
@NullMarked
package io.millrace.registry.lineage;

import org.jspecify.annotations.NullMarked;
