/** Whether the store is there and new enough. */
@NullMarked
package io.millrace.common.health;

import org.jspecify.annotations.NullMarked;
