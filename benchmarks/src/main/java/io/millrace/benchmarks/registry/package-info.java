/** The registry under load, beside MLflow's own server on the same PostgreSQL. */
@NullMarked
package io.millrace.benchmarks.registry;

import org.jspecify.annotations.NullMarked;
