/**
 * What really happened, told later by prediction id or by key. Owns {@code serving.feedback}; monitoring reads it as {@code
 * serving.feedback_v1} to measure quality. Feedback is stored before it is acknowledged.
 */
@NullMarked
package io.millrace.serving.feedback;

import org.jspecify.annotations.NullMarked;
