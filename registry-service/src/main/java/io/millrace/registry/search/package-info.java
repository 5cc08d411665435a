/**
 * MLflow's search grammar, shared by everything that is searched. Words of a caller never become SQL: a filter is read into
 * clauses, and whoever owns the tables says what each means.
 */
@NullMarked
package io.millrace.registry.search;

import org.jspecify.annotations.NullMarked;
