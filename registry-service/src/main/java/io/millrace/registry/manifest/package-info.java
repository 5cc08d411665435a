/**
 * Signs what a version is made of, with the key of this installation, so that who loads it can tell whether a file or the
 * list of files was changed behind the registry's back. Owns {@code version_manifest}. The statement is that of the OpenSSF
 * Model Signing specification 1.0.
 */
@NullMarked
package io.millrace.registry.manifest;

import org.jspecify.annotations.NullMarked;
