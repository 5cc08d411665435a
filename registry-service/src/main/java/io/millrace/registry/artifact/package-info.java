/**
 * The paths under which runs and logged models know their files, and uploads in parts. Owns {@code registry.artifact},
 * {@code registry.upload} and {@code registry.upload_part}; the content is that of {@link io.millrace.registry.blob}.
 */
@NullMarked
package io.millrace.registry.artifact;

import org.jspecify.annotations.NullMarked;
