/** Hypothesis tests: paired comparisons of two models and corrections for many tests at once. Pure functions, called by the pipeline's gates and by monitoring. */
@NullMarked
package io.millrace.statistics.test;

import org.jspecify.annotations.NullMarked;
