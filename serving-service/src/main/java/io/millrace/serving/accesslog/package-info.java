/** A line for each request, for those who read logs by machine. Off unless {@code millrace.serving.access-log.sample} is set. */
@NullMarked
package io.millrace.serving.accesslog;

import org.jspecify.annotations.NullMarked;
