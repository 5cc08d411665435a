package io.millrace.serving.openinference.grpc;

import com.google.protobuf.ByteString;
import io.millrace.openinference.InferParameter;
import io.millrace.openinference.InferStatistics;
import io.millrace.openinference.InferTensorContents;
import io.millrace.openinference.ModelInferRequest;
import io.millrace.openinference.ModelInferRequest.InferRequestedOutputTensor;
import io.millrace.openinference.ModelInferResponse;
import io.millrace.openinference.ModelInferResponse.InferOutputTensor;
import io.millrace.openinference.ModelMetadataResponse.TensorMetadata;
import io.millrace.openinference.ModelStatistics;
import io.millrace.openinference.ModelStatisticsResponse;
import io.millrace.openinference.RepositoryIndexResponse;
import io.millrace.openinference.RepositoryIndexResponse.ModelIndex;
import io.millrace.openinference.StatisticDuration;
import io.millrace.serving.inference.Answer;
import io.millrace.serving.openinference.InferAnswer;
import io.millrace.serving.openinference.ModelMetadataResponse;
import io.millrace.serving.openinference.RepositoryService.Indexed;
import io.millrace.serving.openinference.StatisticsResponse;
import io.millrace.serving.openinference.tensor.OutputTensor;
import java.util.List;
import java.util.Objects;

/** Writes answers as messages. */
final class GrpcAnswers {

    private GrpcAnswers() {}

    /** Outputs are raw when the inputs were: clients that send raw read nothing else. */
    static ModelInferResponse infer(Answer answer, ModelInferRequest request) {
        boolean raw = request.getRawInputContentsCount() > 0;
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(answer.endpoint())
                .setModelVersion(Integer.toString(answer.version().version()))
                .setId(request.getId())
                .putParameters("arm", text(answer.arm()))
                .putParameters("prediction_ids", text(InferAnswer.predictionIds(answer)));
        List<String> names = request.getOutputsList().stream()
                .map(InferRequestedOutputTensor::getName)
                .distinct()
                .toList();
        for (OutputTensor tensor : OutputTensor.of(answer, names)) {
            InferOutputTensor.Builder output = InferOutputTensor.newBuilder()
                    .setName(tensor.name())
                    .setDatatype(tensor.datatype().name());
            for (int size : tensor.shape()) {
                output.addShape(size);
            }
            if (raw) {
                response.addRawOutputContents(ByteString.copyFrom(tensor.bytes()));
            } else {
                output.setContents(contents(tensor));
            }
            response.addOutputs(output);
        }
        return response.build();
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static InferTensorContents contents(OutputTensor tensor) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        double[] numbers = tensor.numbers();
        if (numbers == null) {
            for (String text : tensor.texts()) {
                contents.addBytesContents(ByteString.copyFromUtf8(Objects.requireNonNullElse(text, "")));
            }
            return contents.build();
        }
        for (double number : numbers) {
            switch (tensor.datatype()) {
                case FP32 -> contents.addFp32Contents((float) number);
                case INT64 -> contents.addInt64Contents((long) number);
                default -> contents.addFp64Contents(number);
            }
        }
        return contents.build();
    }

    static io.millrace.openinference.ModelMetadataResponse metadata(ModelMetadataResponse metadata) {
        return io.millrace.openinference.ModelMetadataResponse.newBuilder()
                .setName(metadata.name())
                .addAllVersions(metadata.versions())
                .setPlatform(metadata.platform())
                .addAllInputs(
                        metadata.inputs().stream().map(GrpcAnswers::tensor).toList())
                .addAllOutputs(
                        metadata.outputs().stream().map(GrpcAnswers::tensor).toList())
                .putAllProperties(metadata.properties())
                .build();
    }

    private static TensorMetadata tensor(ModelMetadataResponse.Tensor tensor) {
        return TensorMetadata.newBuilder()
                .setName(tensor.name())
                .setDatatype(tensor.datatype())
                .addAllShape(tensor.shape().stream().map(Integer::longValue).toList())
                .build();
    }

    static ModelStatisticsResponse statistics(StatisticsResponse statistics) {
        ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
        for (StatisticsResponse.Statistics each : statistics.modelStats()) {
            response.addModelStats(ModelStatistics.newBuilder()
                    .setName(each.name())
                    .setVersion(each.version())
                    .setLastInference(each.lastInference())
                    .setInferenceCount(each.inferenceCount())
                    .setExecutionCount(each.executionCount())
                    .setInferenceStats(InferStatistics.newBuilder()
                            .setSuccess(count(each.inferenceStats().success()))
                            .setFail(count(each.inferenceStats().fail()))
                            .setComputeInput(count(each.inferenceStats().computeInput()))
                            .setComputeInfer(count(each.inferenceStats().computeInfer()))
                            .setComputeOutput(count(each.inferenceStats().computeOutput()))));
        }
        return response.build();
    }

    private static StatisticDuration count(StatisticsResponse.Count count) {
        return StatisticDuration.newBuilder()
                .setCount(count.count())
                .setNs(count.ns())
                .build();
    }

    static RepositoryIndexResponse index(List<Indexed> index) {
        RepositoryIndexResponse.Builder response = RepositoryIndexResponse.newBuilder();
        for (Indexed each : index) {
            response.addModels(ModelIndex.newBuilder()
                    .setName(each.name())
                    .setVersion(Objects.requireNonNullElse(each.version(), ""))
                    .setState(each.state())
                    .setReason(Objects.requireNonNullElse(each.reason(), "")));
        }
        return response.build();
    }
}
