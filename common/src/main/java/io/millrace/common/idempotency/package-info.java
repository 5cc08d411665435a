/** Answers of commands already carried out, kept in the transaction of the effect. */
@NullMarked
package io.millrace.common.idempotency;

import org.jspecify.annotations.NullMarked;
