/**
 * Times models in this process, by JMH: as Millrace lays them out in arrays, and as the library that trained or wrote them answers.
 */
@NullMarked
package io.millrace.benchmarks.model;

import org.jspecify.annotations.NullMarked;
