/** The catalogue of model metrics: one name, one direction, one definition for evaluation, gates and monitoring alike. */
@NullMarked
package io.millrace.statistics.metric;

import org.jspecify.annotations.NullMarked;
