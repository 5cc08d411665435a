/**
 * Step 9 of 10. Comes from {@code gate}; registers the candidate as a version. Owns no table.
 */
@NullMarked
package io.millrace.pipeline.registration;

import org.jspecify.annotations.NullMarked;
