/** Profiles of data and measures of how far two of them are apart. Owns no table: pure functions and records. Called by the pipeline when it registers a version (reference profile) and by monitoring in step 5 of 10 (drift window). */
@NullMarked
package io.millrace.statistics.drift;

import org.jspecify.annotations.NullMarked;
