package io.millrace.runtime.training;

import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.onnx.OnnxExport;
import io.millrace.runtime.onnx.OnnxModelWriter;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.tribuo.TribuoModel;
import io.millrace.runtime.tribuo.TribuoModelWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tribuo.Model;

/** A model fresh from training: predicts like a loaded one, and can be saved. Safe for concurrent use. */
public final class TrainedModel implements LoadedModel {

    private final Model<?> model;
    private final TribuoModel loaded;
    private final FittedFeatures features;
    private final TargetTransform target;
    private final Map<String, Object> metadata;
    private final Map<String, Double> importance;

    TrainedModel(
            Model<?> model,
            Signature signature,
            FittedFeatures features,
            TargetTransform target,
            Map<String, Object> metadata,
            double[] matrix) {
        this.model = model;
        this.features = features;
        this.target = target;
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        loaded = new TribuoModel(model, signature, features, target);
        importance = loaded.compiled()
                .map(dense -> Importance.of(dense, features.names(), matrix))
                .orElse(Map.of());
    }

    @Override
    public Signature signature() {
        return loaded.signature();
    }

    @Override
    public Prediction predict(Rows rows) {
        return loaded.predict(rows);
    }

    @Override
    public long memoryBytes() {
        return loaded.memoryBytes();
    }

    @Override
    public void close() {
        loaded.close();
    }

    /** The features it reads; for a forest with the bins that were learned. */
    public FittedFeatures features() {
        return features;
    }

    /** The Tribuo model, read only. */
    public Model<?> tribuo() {
        return model;
    }

    /** Writes a folder in the Tribuo format; makes it when needed. */
    public void save(Path folder) throws IOException {
        TribuoModelWriter.write(folder, model, signature(), features, target);
    }

    /** Writes a folder in the ONNX format, which predicts the same within the precision of 32 bit floats. */
    public void saveOnnx(Path folder) throws IOException {
        OnnxModelWriter.write(folder, OnnxExport.export(model, signature(), features), signature(), features, target);
    }

    /** Tribuo's provenance as text: trainer and all its settings, digest of the data, versions, time of training. */
    public String provenance() {
        return ProvenanceUtil.formattedProvenanceString(model.getProvenance());
    }

    /** Algorithm, every parameter with its value, seed, number of rows and of features: what a run should record. */
    public Map<String, Object> metadata() {
        return metadata;
    }

    /**
     * Share of each feature in the model's decisions, highest first, summing to 1: loss saved by its splits for trees,
     * absolute weight times standard deviation for linear models. Empty for a model that uses no feature at all.
     */
    public Map<String, Double> featureImportance() {
        return importance;
    }
}
