/**
 * Realised quality by arm, version and window, from feedback. Owns {@code monitoring.quality_result}.
 */
@NullMarked
package io.millrace.monitoring.quality;

import org.jspecify.annotations.NullMarked;
