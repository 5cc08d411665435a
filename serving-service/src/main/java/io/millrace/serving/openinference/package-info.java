/**
 * The Open Inference protocol, version 2, over REST and gRPC: endpoints under the name "model". A facade over
 * {@code inference}; owns nothing and nothing depends on it. {@code docs/serving.md} says which liberties of real clients are taken in.
 */
@NullMarked
package io.millrace.serving.openinference;

import org.jspecify.annotations.NullMarked;
