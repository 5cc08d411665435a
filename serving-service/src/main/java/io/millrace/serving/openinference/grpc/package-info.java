/**
 * The Open Inference protocol over gRPC, on a port of its own: the calls of Triton's {@code GRPCInferenceService}. Messages are made
 * from {@code open_inference.proto}; what they say is decided where REST's answers are made.
 */
@NullMarked
package io.millrace.serving.openinference.grpc;

import org.jspecify.annotations.NullMarked;
