/** What meters of all services have in common. */
@NullMarked
package io.millrace.common.metrics;

import org.jspecify.annotations.NullMarked;
