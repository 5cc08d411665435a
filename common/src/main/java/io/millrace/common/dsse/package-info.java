/** Signed envelopes after the DSSE specification 1.0.2 (secure-systems-lab), with Ed25519 keys (RFC 8032). */
@NullMarked
package io.millrace.common.dsse;

import org.jspecify.annotations.NullMarked;
