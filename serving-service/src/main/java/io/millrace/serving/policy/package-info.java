/**
 * What a caller may ask of an endpoint beside its arms: rules, holdout, fallback, limits, cache, batches, ensembles. Records
 * as they are sent and stored in {@code serving.endpoint.routing}; {@link io.millrace.serving.policy.RoutingCheck} says what
 * is wrong with them. Read by {@code endpoint}, {@code guard} and {@code route}.
 */
@NullMarked
package io.millrace.serving.policy;

import org.jspecify.annotations.NullMarked;
