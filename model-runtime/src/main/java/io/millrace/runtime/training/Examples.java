package io.millrace.runtime.training;

import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.feature.FittedFeatures;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;

/** Hands a feature matrix to Tribuo, with the digest of its content as the provenance of the data. */
final class Examples {

    private static final long MAX_CELLS = 50_000_000;
    private static final String TARGET = "target";

    private Examples() {}

    static Dataset<Label> classification(
            TrainingRequest request, String[] labels, FittedFeatures features, double[] matrix, boolean gradient) {
        Set<String> classes = Set.copyOf(request.signature().classes());
        Set<String> seen = new HashSet<>();
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] == null || !classes.contains(labels[row])) {
                throw new IllegalArgumentException("row " + row + ": label '" + labels[row] + "' is not one of "
                        + String.join(", ", request.signature().classes()));
            }
            seen.add(labels[row]);
        }
        if (seen.size() < 2) {
            throw new IllegalArgumentException("the training rows hold only the label '" + labels[0] + "'");
        }
        return dataset(
                request,
                features,
                matrix,
                gradient,
                digest(matrix, String.join("\n", labels).getBytes(StandardCharsets.UTF_8)),
                new LabelFactory(),
                row -> new Label(labels[row]));
    }

    static Dataset<Regressor> regression(
            TrainingRequest request,
            double[] targets,
            TargetTransform target,
            FittedFeatures features,
            double[] matrix,
            boolean gradient) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * targets.length);
        bytes.asDoubleBuffer().put(targets);
        return dataset(
                request,
                features,
                matrix,
                gradient,
                digest(matrix, bytes.array()),
                new RegressionFactory(),
                row -> new Regressor(TARGET, target.apply(targets[row])));
    }

    /** Standardises the target: gradient steps then have the same size whatever its unit. */
    static TargetTransform targetTransform(double[] targets, boolean log1p) {
        for (int row = 0; row < targets.length; row++) {
            if (!Double.isFinite(targets[row]) || Math.abs(targets[row]) > 1e30) {
                throw new IllegalArgumentException(
                        "row " + row + ": target " + targets[row] + " is not a usable number");
            }
            if (log1p && targets[row] <= -1) {
                throw new IllegalArgumentException(
                        "row " + row + ": log1p needs targets above -1, got " + targets[row]);
            }
        }
        double[] values =
                Arrays.stream(targets).map(y -> log1p ? Math.log1p(y) : y).toArray();
        double mean = Arrays.stream(values).average().orElse(0);
        double variance = Arrays.stream(values)
                .map(y -> (y - mean) * (y - mean))
                .average()
                .orElse(0);
        double deviation = Math.sqrt(variance);
        return new TargetTransform(log1p, mean, deviation > 1e-12 * Math.max(1, Math.abs(mean)) ? deviation : 1);
    }

    private static <T extends Output<T>> Dataset<T> dataset(
            TrainingRequest request,
            FittedFeatures features,
            double[] matrix,
            boolean gradient,
            String digest,
            OutputFactory<T> factory,
            IntFunction<T> output) {
        if (matrix.length > MAX_CELLS) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%d rows of %d features are more than the %d cells that are trained in memory",
                    request.train().size(),
                    features.width(),
                    MAX_CELLS));
        }
        int width = features.width();
        String[] names = features.names().toArray(String[]::new);
        // The time of training is in Tribuo's own provenance; the data has none of its own.
        SimpleDataSourceProvenance provenance = new SimpleDataSourceProvenance(
                "matrix sha256:" + digest, Instant.EPOCH.atOffset(ZoneOffset.UTC), factory);
        MutableDataset<T> dataset = new MutableDataset<>(provenance, factory);
        double[] weights = request.weights();
        // A gradient step is as long as its row is heavy: a mean weight of 1 keeps the learning rate what it says.
        double unit =
                weights != null && gradient ? Arrays.stream(weights).average().orElse(1) : 1;
        for (int row = 0; row < request.train().size(); row++) {
            Example<T> example = new ArrayExample<>(
                    output.apply(row), names, Arrays.copyOfRange(matrix, row * width, (row + 1) * width));
            if (weights != null) {
                if (!(weights[row] > 0 && weights[row] <= 1e9)) {
                    throw new IllegalArgumentException("row " + row + ": weight " + weights[row] + " is not positive");
                }
                example.setWeight((float) (weights[row] / unit));
            }
            dataset.add(example);
        }
        return dataset;
    }

    private static String digest(double[] matrix, byte[] truth) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            ByteBuffer chunk = ByteBuffer.allocate(8 * 1024);
            for (double value : matrix) {
                chunk.putDouble(value);
                if (!chunk.hasRemaining()) {
                    sha.update(chunk.array());
                    chunk.clear();
                }
            }
            sha.update(chunk.array(), 0, chunk.position());
            return HexFormat.of().formatHex(sha.digest(truth));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
