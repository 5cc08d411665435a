package io.millrace.runtime.onnx;

import ai.onnxruntime.OrtException;
import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.tensor.NativeModel;
import io.millrace.runtime.tensor.OutputMapping;
import java.util.Map;

/** A graph that answers, by a session or without one. */
final class OnnxModel extends NativeModel {

    private final Runner runner;
    private final long featureBytes;

    OnnxModel(Runner runner, Signature signature, OutputMapping outputs, TargetTransform target, long featureBytes) {
        super(signature, outputs, target);
        this.runner = runner;
        this.featureBytes = featureBytes;
    }

    @Override
    protected int maxBatch() {
        return runner.maxBatch();
    }

    @Override
    protected Map<String, Object> run(Rows rows) {
        try {
            return runner.run(rows);
        } catch (OrtException e) {
            throw new ModelFormatException("ONNX Runtime cannot run the model: " + e.getMessage(), e);
        }
    }

    @Override
    public long memoryBytes() {
        return runner.memoryBytes() + featureBytes;
    }

    @Override
    protected void free() {
        runner.close();
    }
}
