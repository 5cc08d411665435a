package io.millrace.serving.openinference.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.millrace.common.auth.Roles;
import io.millrace.common.auth.TokenGate;
import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets a call in by the token in its metadata {@code authorization}; the roles are those of the same call over HTTP. */
@ApplicationScoped
class GrpcAccess implements ServerInterceptor {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final Context.Key<Metadata> HEADERS = Context.key("headers");

    private static final Set<String> PUBLIC = Set.of("ServerLive", "ServerReady");
    private static final Set<String> READERS = Set.of(Roles.VIEWER, Roles.PREDICTOR);
    private static final Map<String, Set<String>> ROLES = Map.of(
            "ModelInfer", Set.of(Roles.PREDICTOR),
            "ModelStreamInfer", Set.of(Roles.PREDICTOR),
            "RepositoryModelLoad", Set.of(Roles.ENGINEER),
            "RepositoryModelUnload", Set.of(Roles.ENGINEER));

    private final TokenGate tokens;

    GrpcAccess(TokenGate tokens) {
        this.tokens = tokens;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = String.valueOf(call.getMethodDescriptor().getBareMethodName());
        if (PUBLIC.contains(method)) {
            return next.startCall(call, headers);
        }
        try {
            Set<String> roles = tokens.roles(headers.get(AUTHORIZATION));
            if (roles.isEmpty()) {
                return refuse(
                        call,
                        Status.UNAUTHENTICATED.withDescription(
                                "A valid access token is required (metadata authorization: Bearer ...)"));
            }
            if (ROLES.getOrDefault(method, READERS).stream().noneMatch(roles::contains)) {
                return refuse(call, Status.PERMISSION_DENIED.withDescription("The token's roles do not allow this"));
            }
        } catch (PlatformException e) {
            return refuse(call, GrpcStatus.of(e));
        }
        return Contexts.interceptCall(Context.current().withValue(HEADERS, headers), call, headers, next);
    }

    /** A header of the call that is being answered, as text; null when it was not sent. */
    static @Nullable String header(String name) {
        Metadata headers = HEADERS.get();
        try {
            return headers == null
                    ? null
                    : headers.get(Metadata.Key.of(name.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER));
        } catch (IllegalArgumentException e) {
            // A name that no such header can have.
            return null;
        }
    }

    private static <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, Status status) {
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
