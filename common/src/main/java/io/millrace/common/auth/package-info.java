/** Tokens, roles, and the identity of a service towards other services. */
@NullMarked
package io.millrace.common.auth;

import org.jspecify.annotations.NullMarked;
