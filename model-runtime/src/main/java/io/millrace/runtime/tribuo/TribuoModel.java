package io.millrace.runtime.tribuo;

import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.util.Optional;
import org.tribuo.Model;

/** A Tribuo model in memory. Holds only immutable arrays (or a Tribuo model, which is read only), so predictions share nothing. */
public final class TribuoModel implements LoadedModel {

    /** What an uncompiled Tribuo model is taken to weigh: a forest of some size. */
    private static final long UNCOMPILED_BYTES = 8L << 20;

    private final Signature signature;
    private final FittedFeatures features;
    private final TargetTransform target;
    private final Optional<DenseModel> compiled;
    private final Optional<TribuoScorer> fallback;
    private volatile boolean closed;

    public TribuoModel(Model<?> model, Signature signature, FittedFeatures features, TargetTransform target) {
        this.signature = signature;
        this.features = features;
        this.target = target;
        compiled = ModelCompiler.compile(model, features.names(), signature);
        fallback = compiled.isPresent()
                ? Optional.empty()
                : Optional.of(new TribuoScorer(model, features.names(), signature));
    }

    @Override
    public Signature signature() {
        return signature;
    }

    /** The flat form; empty for a kind of model that Tribuo itself answers for. */
    public Optional<DenseModel> compiled() {
        return compiled;
    }

    @Override
    public Prediction predict(Rows rows) {
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
        signature.check(rows);
        double[] matrix = features.transform(rows);
        double[] scores = compiled.isPresent()
                ? compiled.get().score(matrix, rows.size())
                : fallback.orElseThrow().score(matrix, rows.size());
        if (signature.task() == Task.REGRESSION) {
            for (int row = 0; row < scores.length; row++) {
                scores[row] = target.invert(scores[row]);
            }
        }
        return Prediction.standard(signature, rows.size(), scores);
    }

    @Override
    public long memoryBytes() {
        return 1024
                + features.memoryBytes()
                + compiled.map(DenseModel::memoryBytes).orElse(UNCOMPILED_BYTES);
    }

    @Override
    public void close() {
        closed = true;
    }
}
