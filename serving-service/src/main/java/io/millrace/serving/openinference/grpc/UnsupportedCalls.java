package io.millrace.serving.openinference.grpc;

import static java.util.Map.entry;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.millrace.serving.openinference.Unsupported;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;

/** Calls of Triton's service that are answered UNIMPLEMENTED with what to do instead, whatever they carry. */
final class UnsupportedCalls {

    private static final Map<String, Unsupported> CALLS = Map.ofEntries(
            entry("SystemSharedMemoryStatus", Unsupported.SHARED_MEMORY),
            entry("SystemSharedMemoryRegister", Unsupported.SHARED_MEMORY),
            entry("SystemSharedMemoryUnregister", Unsupported.SHARED_MEMORY),
            entry("CudaSharedMemoryStatus", Unsupported.SHARED_MEMORY),
            entry("CudaSharedMemoryRegister", Unsupported.SHARED_MEMORY),
            entry("CudaSharedMemoryUnregister", Unsupported.SHARED_MEMORY),
            entry("TraceSetting", Unsupported.TRACING),
            entry("LogSettings", Unsupported.LOGGING));

    private UnsupportedCalls() {}

    static void bind(ServerServiceDefinition.Builder service) {
        CALLS.forEach((name, what) -> service.addMethod(
                MethodDescriptor.<Ignored, Ignored>newBuilder()
                        .setType(MethodType.UNARY)
                        .setFullMethodName(MethodDescriptor.generateFullMethodName(GrpcCalls.SERVICE, name))
                        .setRequestMarshaller(Ignored.MARSHALLER)
                        .setResponseMarshaller(Ignored.MARSHALLER)
                        .build(),
                ServerCalls.asyncUnaryCall((request, observer) ->
                        observer.onError(GrpcStatus.of(what.refusal()).asRuntimeException()))));
    }

    /** A message that nobody reads. */
    private enum Ignored {
        MESSAGE;

        static final Marshaller<Ignored> MARSHALLER = new Marshaller<>() {
            @Override
            public InputStream stream(Ignored value) {
                return new Empty();
            }

            @Override
            public Ignored parse(InputStream stream) {
                return MESSAGE;
            }
        };
    }

    private static final class Empty extends ByteArrayInputStream implements KnownLength {
        Empty() {
            super(new byte[0]);
        }
    }
}
