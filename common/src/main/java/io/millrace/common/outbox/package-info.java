/** Commands to other services, written in the transaction of their cause and sent at least once. */
@NullMarked
package io.millrace.common.outbox;

import org.jspecify.annotations.NullMarked;
