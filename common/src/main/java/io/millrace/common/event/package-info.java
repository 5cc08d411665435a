/** Events between services through the database: appended in the transaction of the fact, never lost, handled once. */
@NullMarked
package io.millrace.common.event;

import org.jspecify.annotations.NullMarked;
