/**
 * The way in for requests that ask for predictions: plain Vert.x handlers ahead of the resources, because authentication,
 * routing and body handling of a resource cost several times what a small model does; and for short calls a handler of the
 * connection ahead of Vert.x. Knows no protocol.
 */
@NullMarked
package io.millrace.serving.door;

import org.jspecify.annotations.NullMarked;
