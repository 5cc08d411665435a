/** Secrets that the registry must be able to read again: encrypted with the key of the installation. Owns no table. */
@NullMarked
package io.millrace.registry.secret;

import org.jspecify.annotations.NullMarked;
