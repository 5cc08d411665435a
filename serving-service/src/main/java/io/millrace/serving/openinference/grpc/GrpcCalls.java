package io.millrace.serving.openinference.grpc;

import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.millrace.common.error.PlatformException;
import io.millrace.openinference.InferParameter;
import io.millrace.openinference.ModelConfigRequest;
import io.millrace.openinference.ModelInferRequest;
import io.millrace.openinference.ModelInferResponse;
import io.millrace.openinference.ModelMetadataRequest;
import io.millrace.openinference.ModelReadyRequest;
import io.millrace.openinference.ModelReadyResponse;
import io.millrace.openinference.ModelStatisticsRequest;
import io.millrace.openinference.ModelStreamInferResponse;
import io.millrace.openinference.RepositoryIndexRequest;
import io.millrace.openinference.RepositoryModelLoadRequest;
import io.millrace.openinference.RepositoryModelLoadResponse;
import io.millrace.openinference.RepositoryModelUnloadRequest;
import io.millrace.openinference.RepositoryModelUnloadResponse;
import io.millrace.openinference.ServerLiveRequest;
import io.millrace.openinference.ServerLiveResponse;
import io.millrace.openinference.ServerMetadataRequest;
import io.millrace.openinference.ServerMetadataResponse;
import io.millrace.openinference.ServerReadyRequest;
import io.millrace.openinference.ServerReadyResponse;
import io.millrace.serving.inference.InferenceQuery;
import io.millrace.serving.inference.InferenceService;
import io.millrace.serving.openinference.ModelConfigResponse;
import io.millrace.serving.openinference.ModelMetadataResponse;
import io.millrace.serving.openinference.OpenInferenceRequest;
import io.millrace.serving.openinference.RepositoryService;
import io.millrace.serving.openinference.StatisticsResponse;
import io.millrace.serving.openinference.Versions;
import io.millrace.serving.route.Route;
import io.millrace.serving.route.RouteTable;
import io.millrace.serving.route.ServedArm;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** The calls of {@code inference.GRPCInferenceService}. */
@ApplicationScoped
class GrpcCalls implements BindableService {

    static final String SERVICE = "inference.GRPCInferenceService";

    private final InferenceService inference;
    private final RouteTable routes;
    private final RepositoryService repository;
    private final String release;

    GrpcCalls(
            InferenceService inference,
            RouteTable routes,
            RepositoryService repository,
            @ConfigProperty(name = "quarkus.application.version") String release) {
        this.inference = inference;
        this.routes = routes;
        this.repository = repository;
        this.release = release;
    }

    @Override
    public ServerServiceDefinition bindService() {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(SERVICE);
        unary(
                service,
                "ServerLive",
                ServerLiveRequest.getDefaultInstance(),
                ServerLiveResponse.getDefaultInstance(),
                q -> ServerLiveResponse.newBuilder().setLive(true).build());
        unary(
                service,
                "ServerReady",
                ServerReadyRequest.getDefaultInstance(),
                ServerReadyResponse.getDefaultInstance(),
                q -> ServerReadyResponse.newBuilder().setReady(routes.ready()).build());
        unary(
                service,
                "ServerMetadata",
                ServerMetadataRequest.getDefaultInstance(),
                ServerMetadataResponse.getDefaultInstance(),
                q -> server());
        unary(
                service,
                "ModelReady",
                ModelReadyRequest.getDefaultInstance(),
                ModelReadyResponse.getDefaultInstance(),
                this::ready);
        unary(
                service,
                "ModelMetadata",
                ModelMetadataRequest.getDefaultInstance(),
                io.millrace.openinference.ModelMetadataResponse.getDefaultInstance(),
                q -> GrpcAnswers.metadata(ModelMetadataResponse.of(
                        routes.get(q.getName()), arm(routes.get(q.getName()), q.getVersion()))));
        unary(
                service,
                "ModelConfig",
                ModelConfigRequest.getDefaultInstance(),
                io.millrace.openinference.ModelConfigResponse.getDefaultInstance(),
                q -> GrpcConfigAnswer.of(ModelConfigResponse.of(
                        routes.get(q.getName()), arm(routes.get(q.getName()), q.getVersion()), inference.maxRows())));
        unary(
                service,
                "ModelInfer",
                ModelInferRequest.getDefaultInstance(),
                ModelInferResponse.getDefaultInstance(),
                this::infer);
        unary(
                service,
                "ModelStatistics",
                ModelStatisticsRequest.getDefaultInstance(),
                io.millrace.openinference.ModelStatisticsResponse.getDefaultInstance(),
                q -> GrpcAnswers.statistics(statistics(q)));
        unary(
                service,
                "RepositoryIndex",
                RepositoryIndexRequest.getDefaultInstance(),
                io.millrace.openinference.RepositoryIndexResponse.getDefaultInstance(),
                q -> GrpcAnswers.index(repository.index(q.getReady())));
        unary(
                service,
                "RepositoryModelLoad",
                RepositoryModelLoadRequest.getDefaultInstance(),
                RepositoryModelLoadResponse.getDefaultInstance(),
                q -> {
                    if (q.getParametersCount() > 0) {
                        throw PlatformException.invalid("", RepositoryService.NO_PARAMETERS);
                    }
                    repository.load(q.getModelName());
                    return RepositoryModelLoadResponse.getDefaultInstance();
                });
        unary(
                service,
                "RepositoryModelUnload",
                RepositoryModelUnloadRequest.getDefaultInstance(),
                RepositoryModelUnloadResponse.getDefaultInstance(),
                q -> {
                    repository.unload(q.getModelName());
                    return RepositoryModelUnloadResponse.getDefaultInstance();
                });
        service.addMethod(
                method(
                        "ModelStreamInfer",
                        MethodType.BIDI_STREAMING,
                        ModelInferRequest.getDefaultInstance(),
                        ModelStreamInferResponse.getDefaultInstance()),
                ServerCalls.asyncBidiStreamingCall(this::stream));
        UnsupportedCalls.bind(service);
        return service.build();
    }

    /** How a call is written on the wire. */
    static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(
            String name, MethodType type, Q request, A response) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(response))
                .build();
    }

    private static <Q extends Message, A extends Message> void unary(
            ServerServiceDefinition.Builder service, String name, Q request, A response, Function<Q, A> call) {
        service.addMethod(
                method(name, MethodType.UNARY, request, response), ServerCalls.asyncUnaryCall((given, observer) -> {
                    A answer;
                    try {
                        answer = call.apply(given);
                    } catch (RuntimeException e) {
                        observer.onError(GrpcStatus.of(e).asRuntimeException());
                        return;
                    }
                    observer.onNext(answer);
                    observer.onCompleted();
                }));
    }

    private ServerMetadataResponse server() {
        return ServerMetadataResponse.newBuilder()
                .setName("millrace")
                .setVersion(release)
                .addAllExtensions(ModelMetadataResponse.EXTENSIONS)
                .build();
    }

    private ModelReadyResponse ready(ModelReadyRequest request) {
        arm(routes.get(request.getName()), request.getVersion());
        return ModelReadyResponse.newBuilder().setReady(true).build();
    }

    private StatisticsResponse statistics(ModelStatisticsRequest request) {
        if (request.getName().isEmpty()) {
            return StatisticsResponse.of(routes.names().stream()
                    .filter(routes::serves)
                    .map(routes::get)
                    .toList());
        }
        Route route = routes.get(request.getName());
        return request.getVersion().isEmpty()
                ? StatisticsResponse.of(List.of(route))
                : StatisticsResponse.of(
                        route, Versions.find(route, request.getVersion()).version());
    }

    private static ServedArm arm(Route route, String version) {
        return version.isEmpty() ? route.firstArm() : Versions.find(route, version);
    }

    private ModelInferResponse infer(ModelInferRequest request) {
        Route route = routes.get(request.getModelName());
        Integer version = request.getModelVersion().isEmpty()
                ? null
                : Versions.find(route, request.getModelVersion()).version();
        return GrpcAnswers.infer(
                inference.predict(new InferenceQuery(
                        route.endpoint(),
                        version,
                        GrpcInputs.of(request),
                        key(request),
                        timestamp(request),
                        UUID.randomUUID().toString(),
                        GrpcAccess::header)),
                request);
    }

    private static @Nullable String key(ModelInferRequest request) {
        InferParameter key = request.getParametersMap().get("key");
        if (key == null) {
            return null;
        }
        return switch (key.getParameterChoiceCase()) {
            case STRING_PARAM -> key.getStringParam();
            case INT64_PARAM -> Long.toString(key.getInt64Param());
            default -> throw PlatformException.invalid("", "parameters.key must be a text or a whole number");
        };
    }

    private static @Nullable Instant timestamp(ModelInferRequest request) {
        InferParameter timestamp = request.getParametersMap().get("timestamp");
        return timestamp == null ? null : OpenInferenceRequest.timestamp(timestamp.getStringParam());
    }

    /** Each request is answered in its turn; a failed one ends nothing but itself. */
    private StreamObserver<ModelInferRequest> stream(StreamObserver<ModelStreamInferResponse> answers) {
        return new StreamObserver<>() {
            @Override
            public void onNext(ModelInferRequest request) {
                ModelStreamInferResponse.Builder answer = ModelStreamInferResponse.newBuilder();
                try {
                    answer.setInferResponse(infer(request));
                } catch (RuntimeException e) {
                    answer.setErrorMessage(String.valueOf(GrpcStatus.of(e).getDescription()))
                            .setInferResponse(ModelInferResponse.newBuilder().setId(request.getId()));
                }
                answers.onNext(answer.build());
            }

            @Override
            public void onError(Throwable failure) {
                // The caller has gone; nobody is left to tell.
            }

            @Override
            public void onCompleted() {
                answers.onCompleted();
            }
        };
    }
}
