/**
 * Step 9 of 10, as monitoring sees it. Comes from the registry's events; goes to {@code alert}: alerts about a version
 * that no alias of an endpoint points to any more are resolved. Owns no table.
 */
@NullMarked
package io.millrace.monitoring.promotion;

import org.jspecify.annotations.NullMarked;
