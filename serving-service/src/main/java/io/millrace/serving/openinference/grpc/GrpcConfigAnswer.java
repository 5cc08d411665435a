package io.millrace.serving.openinference.grpc;

import io.millrace.openinference.DataType;
import io.millrace.openinference.ModelConfig;
import io.millrace.openinference.ModelInput;
import io.millrace.openinference.ModelOutput;
import io.millrace.openinference.ModelParameter;
import io.millrace.openinference.ModelResponseCache;
import io.millrace.openinference.ModelVersionPolicy;
import io.millrace.serving.openinference.ModelConfigResponse;

/** Writes a model's configuration. */
final class GrpcConfigAnswer {

    private GrpcConfigAnswer() {}

    static io.millrace.openinference.ModelConfigResponse of(ModelConfigResponse config) {
        ModelVersionPolicy.Specific.Builder versions = ModelVersionPolicy.Specific.newBuilder();
        config.versionPolicy().specific().versions().forEach(versions::addVersions);
        ModelConfig.Builder answer = ModelConfig.newBuilder()
                .setName(config.name())
                .setPlatform(config.platform())
                .setBackend(config.backend())
                .setVersionPolicy(ModelVersionPolicy.newBuilder().setSpecific(versions))
                .setMaxBatchSize(config.maxBatchSize())
                .setResponseCache(ModelResponseCache.newBuilder()
                        .setEnable(config.responseCache().enable()));
        for (ModelConfigResponse.Input input : config.input()) {
            ModelInput.Builder tensor = ModelInput.newBuilder()
                    .setName(input.name())
                    .setDataType(DataType.valueOf(input.dataType()))
                    .setOptional(input.optional());
            input.dims().forEach(tensor::addDims);
            answer.addInput(tensor);
        }
        for (ModelConfigResponse.Output output : config.output()) {
            ModelOutput.Builder tensor =
                    ModelOutput.newBuilder().setName(output.name()).setDataType(DataType.valueOf(output.dataType()));
            output.dims().forEach(tensor::addDims);
            answer.addOutput(tensor);
        }
        config.parameters()
                .forEach((name, parameter) -> answer.putParameters(
                        name,
                        ModelParameter.newBuilder()
                                .setStringValue(parameter.stringValue())
                                .build()));
        return io.millrace.openinference.ModelConfigResponse.newBuilder()
                .setConfig(answer)
                .build();
    }
}
