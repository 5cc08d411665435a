/**
 * Content by its SHA-256, whoever refers to it. Owns {@code registry.blob}. Nothing a client sends names a place in the store.
 *
 * <p>Why an upload and the garbage collector cannot hurt each other: an upload first notes in the row of its digest that the
 * content was sent now, and looks only then whether the store holds it. The collector takes the row's lock, deletes row and
 * content, and lets go. So an upload either comes first and the content is no garbage any more, or it waits, finds nothing and
 * stores it anew.
 */
@NullMarked
package io.millrace.registry.blob;

import org.jspecify.annotations.NullMarked;
