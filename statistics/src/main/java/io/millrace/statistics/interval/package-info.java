/** Interval estimates and the three-way decision made from one. Pure functions, called by the pipeline's gates (step 8 of 10) and by monitoring's quality figures. */
@NullMarked
package io.millrace.statistics.interval;

import org.jspecify.annotations.NullMarked;
