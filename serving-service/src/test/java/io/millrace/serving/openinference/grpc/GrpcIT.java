package io.millrace.serving.openinference.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.millrace.common.testing.TestTokens;
import io.millrace.openinference.DataType;
import io.millrace.openinference.InferParameter;
import io.millrace.openinference.InferTensorContents;
import io.millrace.openinference.ModelConfig;
import io.millrace.openinference.ModelConfigRequest;
import io.millrace.openinference.ModelConfigResponse;
import io.millrace.openinference.ModelInferRequest;
import io.millrace.openinference.ModelInferRequest.InferInputTensor;
import io.millrace.openinference.ModelInferResponse;
import io.millrace.openinference.ModelInput;
import io.millrace.openinference.ModelMetadataRequest;
import io.millrace.openinference.ModelOutput;
import io.millrace.openinference.ModelReadyRequest;
import io.millrace.openinference.ModelReadyResponse;
import io.millrace.openinference.ModelStatisticsRequest;
import io.millrace.openinference.ModelStreamInferResponse;
import io.millrace.openinference.RepositoryIndexRequest;
import io.millrace.openinference.RepositoryIndexResponse;
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
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class GrpcIT extends Serving {

    @Inject
    GrpcServer server;

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    private <Q extends Message, A extends Message> A call(String token, String method, Q request, A answer) {
        return call(Map.of("authorization", "Bearer " + token), method, request, answer);
    }

    @SuppressWarnings("unchecked")
    private <Q extends Message, A extends Message> A call(
            Map<String, String> headers, String method, Q request, A answer) {
        Metadata metadata = new Metadata();
        headers.forEach((name, value) -> metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
        return ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata)),
                GrpcCalls.method(method, MethodType.UNARY, (Q) request.getDefaultInstanceForType(), answer),
                CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                request);
    }

    private ModelInferResponse infer(ModelInferRequest request) {
        return call(TestTokens.PREDICTOR, "ModelInfer", request, ModelInferResponse.getDefaultInstance());
    }

    private static void refused(Status.Code code, String part, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).contains(part);
        });
    }

    private static InferInputTensor.Builder input(String name, String datatype) {
        return InferInputTensor.newBuilder().setName(name).setDatatype(datatype).addShape(1);
    }

    private static ModelInferRequest.Builder typed(String model) {
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .setId("seven")
                .addInputs(input("amount", "FP64")
                        .setContents(InferTensorContents.newBuilder().addFp64Contents(42.5)))
                .addInputs(input("age", "FP32")
                        .setContents(InferTensorContents.newBuilder().addFp32Contents(33)))
                .addInputs(input("visits", "INT64")
                        .setContents(InferTensorContents.newBuilder().addInt64Contents(7)))
                .addInputs(input("member", "BOOL")
                        .setContents(InferTensorContents.newBuilder().addBoolContents(true)))
                .addInputs(input("country", "BYTES").setContents(text("US")))
                .addInputs(input("channel", "BYTES").setContents(text("web")))
                .addInputs(input("at", "BYTES").setContents(text("2013-05-01T10:00:00Z")));
    }

    private static InferTensorContents.Builder text(String text) {
        return InferTensorContents.newBuilder().addBytesContents(ByteString.copyFromUtf8(text));
    }

    /** Little-endian bytes; a text with its length before it. */
    private static ByteString raw(Object value) {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        if (value instanceof Double number) {
            bytes.putDouble(number);
        } else if (value instanceof Long number) {
            bytes.putLong(number);
        } else if (value instanceof Boolean flag) {
            bytes.put((byte) (flag ? 1 : 0));
        } else {
            bytes.putInt(value.toString().length())
                    .put(value.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return ByteString.copyFrom(bytes.flip());
    }

    @Test
    void answersTypedTensorsTyped() throws Exception {
        serve("grpc-typed", Models.FIRST);

        ModelInferResponse answer = infer(typed("grpc-typed").build());

        assertThat(answer.getModelName()).isEqualTo("grpc-typed");
        assertThat(answer.getModelVersion()).isEqualTo("1");
        assertThat(answer.getId()).isEqualTo("seven");
        assertThat(answer.getParametersMap().get("arm").getStringParam()).isEqualTo("champion");
        assertThat(answer.getRawOutputContentsCount()).isZero();
        assertThat(answer.getOutputs(0).getName()).isEqualTo("probability");
        assertThat(answer.getOutputs(0).getContents().getFp64Contents(0))
                .isEqualTo(Models.score(Models.FIRST, Models.row()), within(1e-12));
        assertThat(answer.getOutputs(1).getContents().getBytesContents(0).toStringUtf8())
                .isIn("yes", "no");
        String id = answer.getParametersMap().get("prediction_ids").getStringParam();
        await(() -> logged("id = '" + id + "' and endpoint = 'grpc-typed'") == 1);
    }

    @Test
    void answersRawTensorsRaw() throws Exception {
        serve("grpc-raw", Models.FIRST);
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("grpc-raw");
        Map<String, String> types = Map.of(
                "amount", "FP64", "age", "FP64", "visits", "INT64", "member", "BOOL", "country", "BYTES", "channel",
                "BYTES", "at", "BYTES");
        Models.row().forEach((name, value) -> {
            request.addInputs(input(name, types.get(name)));
            request.addRawInputContents(raw(value instanceof Integer number ? Long.valueOf(number) : value));
        });

        ModelInferResponse answer = infer(request.build());

        assertThat(answer.getRawOutputContentsCount()).isEqualTo(answer.getOutputsCount());
        assertThat(answer.getRawOutputContents(0)
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getDouble())
                .isEqualTo(Models.score(Models.FIRST, Models.row()), within(1e-12));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "raw_input_contents has 6 entries for 7 inputs",
                () -> infer(request.clone()
                        .clearRawInputContents()
                        .addAllRawInputContents(
                                request.getRawInputContentsList().subList(0, 6))
                        .build()));
    }

    @Test
    void tellsAboutServerAndModels() throws Exception {
        serve("grpc-told", Models.FIRST);

        assertThat(call(
                                Map.of(),
                                "ServerLive",
                                ServerLiveRequest.getDefaultInstance(),
                                ServerLiveResponse.getDefaultInstance())
                        .getLive())
                .isTrue();
        assertThat(call(
                                Map.of(),
                                "ServerReady",
                                ServerReadyRequest.getDefaultInstance(),
                                ServerReadyResponse.getDefaultInstance())
                        .getReady())
                .isTrue();
        assertThat(call(
                                TestTokens.VIEWER,
                                "ServerMetadata",
                                ServerMetadataRequest.getDefaultInstance(),
                                ServerMetadataResponse.getDefaultInstance())
                        .getExtensionsList())
                .contains("binary_tensor_data", "model_repository");
        var metadata = call(
                TestTokens.VIEWER,
                "ModelMetadata",
                ModelMetadataRequest.newBuilder().setName("grpc-told").build(),
                io.millrace.openinference.ModelMetadataResponse.getDefaultInstance());
        assertThat(metadata.getVersionsList()).containsExactly("1");
        assertThat(metadata.getInputsList()).anySatisfy(tensor -> {
            assertThat(tensor.getName()).isEqualTo("amount");
            assertThat(tensor.getDatatype()).isEqualTo("FP64");
        });
        ModelReadyRequest ready = ModelReadyRequest.newBuilder()
                .setName("grpc-told")
                .setVersion("1")
                .build();
        assertThat(call(TestTokens.VIEWER, "ModelReady", ready, ModelReadyResponse.getDefaultInstance())
                        .getReady())
                .isTrue();
        infer(typed("grpc-told").build());
        var statistics = call(
                TestTokens.VIEWER,
                "ModelStatistics",
                ModelStatisticsRequest.newBuilder().setName("grpc-told").build(),
                io.millrace.openinference.ModelStatisticsResponse.getDefaultInstance());
        assertThat(statistics.getModelStats(0).getInferenceStats().getSuccess().getCount())
                .isEqualTo(1);
    }

    @Test
    void tellsTheConfiguration() throws Exception {
        serve("grpc-config", Models.FIRST);

        ModelConfig config = call(
                        TestTokens.VIEWER,
                        "ModelConfig",
                        ModelConfigRequest.newBuilder()
                                .setName("grpc-config")
                                .setVersion("1")
                                .build(),
                        ModelConfigResponse.getDefaultInstance())
                .getConfig();

        assertThat(config.getName()).isEqualTo("grpc-config");
        assertThat(config.getVersionPolicy().getSpecific().getVersionsList()).containsExactly(1L);
        assertThat(config.getInputList())
                .contains(
                        ModelInput.newBuilder()
                                .setName("amount")
                                .setDataType(DataType.TYPE_FP64)
                                .addDims(-1)
                                .build(),
                        ModelInput.newBuilder()
                                .setName("age")
                                .setDataType(DataType.TYPE_FP64)
                                .addDims(-1)
                                .setOptional(true)
                                .build());
        assertThat(config.getOutputList()).extracting(ModelOutput::getName).containsExactly("probability", "label");
        assertThat(config.getParametersOrThrow("max_rows").getStringValue()).isEqualTo("1000");
        refused(
                Status.Code.NOT_FOUND,
                "none",
                () -> call(
                        TestTokens.VIEWER,
                        "ModelConfig",
                        ModelConfigRequest.newBuilder().setName("none").build(),
                        ModelConfigResponse.getDefaultInstance()));
    }

    @Test
    void saysWhichCallsItDoesNotHave() throws Exception {
        Map<String, String> calls = Map.of(
                "SystemSharedMemoryStatus", "send tensors in the request",
                "CudaSharedMemoryRegister", "send tensors in the request",
                "TraceSetting", "OpenTelemetry",
                "LogSettings", "quarkus.log");
        // Whatever the message holds, it is not read.
        ModelConfigRequest any = ModelConfigRequest.newBuilder().setName("x").build();
        for (Map.Entry<String, String> call : calls.entrySet()) {
            refused(
                    Status.Code.UNIMPLEMENTED,
                    call.getValue(),
                    () -> call(TestTokens.VIEWER, call.getKey(), any, ModelConfigResponse.getDefaultInstance()));
        }
        refused(
                Status.Code.UNAUTHENTICATED,
                "access token",
                () -> call(Map.of(), "LogSettings", any, ModelConfigResponse.getDefaultInstance()));
    }

    @Test
    void refusesInTheWordsOfGrpc() throws Exception {
        serve("grpc-strict", Models.FIRST);
        ModelInferRequest good = typed("grpc-strict").build();

        refused(
                Status.Code.UNAUTHENTICATED,
                "access token",
                () -> call(Map.of(), "ModelInfer", good, ModelInferResponse.getDefaultInstance()));
        refused(
                Status.Code.PERMISSION_DENIED,
                "roles",
                () -> call(TestTokens.VIEWER, "ModelInfer", good, ModelInferResponse.getDefaultInstance()));
        refused(
                Status.Code.NOT_FOUND,
                "no-such",
                () -> infer(good.toBuilder().setModelName("no-such").build()));
        refused(
                Status.Code.NOT_FOUND,
                "9",
                () -> infer(good.toBuilder().setModelVersion("9").build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "amount",
                () -> infer(good.toBuilder().removeInputs(0).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "inputs must hold a tensor",
                () -> infer(good.toBuilder().clearInputs().build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "parameters.key",
                () -> infer(good.toBuilder()
                        .putParameters(
                                "key",
                                InferParameter.newBuilder().setBoolParam(true).build())
                        .build()));
    }

    @Test
    void assignsByTheHeaderThatTheEndpointNames() throws Exception {
        register("grpc-keyed", 1, Models.FIRST);
        register("grpc-keyed", 2, Models.SECOND);
        serve(
                "grpc-keyed",
                Map.of(
                        "routing",
                        Map.of(
                                "rules",
                                List.of(Map.of(
                                        "name",
                                        "beta",
                                        "arm",
                                        "b",
                                        "when",
                                        List.of(Map.of("header", "X-Beta", "equals", "yes"))))),
                        "arms",
                        List.of(
                                Map.of("name", "a", "weight", 100, "model", "grpc-keyed", "version", 1),
                                Map.of("name", "b", "weight", 0, "model", "grpc-keyed", "version", 2))));

        ModelInferResponse beta = call(
                Map.of("authorization", "Bearer " + TestTokens.PREDICTOR, "x-beta", "yes"),
                "ModelInfer",
                typed("grpc-keyed").build(),
                ModelInferResponse.getDefaultInstance());

        assertThat(beta.getModelVersion()).isEqualTo("2");
        assertThat(infer(typed("grpc-keyed").build()).getModelVersion()).isEqualTo("1");
    }

    @Test
    void answersAStreamRequestByRequest() throws Exception {
        serve("grpc-stream", Models.FIRST);
        List<ModelStreamInferResponse> answers = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        Metadata metadata = new Metadata();
        metadata.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + TestTokens.PREDICTOR);
        StreamObserver<ModelInferRequest> requests = ClientCalls.asyncBidiStreamingCall(
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata))
                        .newCall(
                                GrpcCalls.method(
                                        "ModelStreamInfer",
                                        MethodType.BIDI_STREAMING,
                                        ModelInferRequest.getDefaultInstance(),
                                        ModelStreamInferResponse.getDefaultInstance()),
                                CallOptions.DEFAULT),
                new StreamObserver<>() {
                    @Override
                    public void onNext(ModelStreamInferResponse answer) {
                        answers.add(answer);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        done.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        done.complete(null);
                    }
                });

        requests.onNext(typed("grpc-stream").build());
        requests.onNext(typed("no-such").setId("bad").build());
        requests.onNext(typed("grpc-stream").build());
        requests.onCompleted();
        done.get(20, TimeUnit.SECONDS);

        assertThat(answers)
                .extracting(ModelStreamInferResponse::getErrorMessage)
                .satisfiesExactly(
                        first -> assertThat(first).isEmpty(),
                        second -> assertThat(second).contains("no-such"),
                        third -> assertThat(third).isEmpty());
        assertThat(answers.get(1).getInferResponse().getId()).isEqualTo("bad");
    }

    @Test
    void loadsAndUnloads() throws Exception {
        serve("grpc-repo", Models.FIRST);

        call(
                TestTokens.ENGINEER,
                "RepositoryModelUnload",
                RepositoryModelUnloadRequest.newBuilder()
                        .setModelName("grpc-repo")
                        .build(),
                RepositoryModelUnloadResponse.getDefaultInstance());

        refused(
                Status.Code.UNAVAILABLE,
                "unloaded",
                () -> infer(typed("grpc-repo").build()));
        assertThat(call(
                                TestTokens.VIEWER,
                                "RepositoryIndex",
                                RepositoryIndexRequest.getDefaultInstance(),
                                RepositoryIndexResponse.getDefaultInstance())
                        .getModelsList())
                .anySatisfy(model -> {
                    assertThat(model.getName()).isEqualTo("grpc-repo");
                    assertThat(model.getState()).isEqualTo("UNAVAILABLE");
                });
        refused(
                Status.Code.PERMISSION_DENIED,
                "roles",
                () -> call(
                        TestTokens.PREDICTOR,
                        "RepositoryModelLoad",
                        RepositoryModelLoadRequest.newBuilder()
                                .setModelName("grpc-repo")
                                .build(),
                        RepositoryModelLoadResponse.getDefaultInstance()));
        call(
                TestTokens.ENGINEER,
                "RepositoryModelLoad",
                RepositoryModelLoadRequest.newBuilder()
                        .setModelName("grpc-repo")
                        .build(),
                RepositoryModelLoadResponse.getDefaultInstance());
        assertThat(infer(typed("grpc-repo").build()).getModelVersion()).isEqualTo("1");
    }
}
