/**
 * Step 1 of 10. Comes from an application's request; goes to {@code route}, which chooses the version that answers.
 *
 * <p>Owns the predict path: checks the input against the signature of the version chosen, predicts, decides, logs, and
 * hands a copy to the shadow. No statement and no remote call happens on it. Writes no table itself.
 */
@NullMarked
package io.millrace.serving.inference;

import org.jspecify.annotations.NullMarked;
