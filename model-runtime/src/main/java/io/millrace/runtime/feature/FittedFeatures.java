package io.millrace.runtime.feature;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.runtime.spi.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fitted features of a model: turns raw rows into a dense matrix. The same object runs in training and in serving; it is
 * written beside the model as {@code features.json}. Immutable and safe for concurrent use.
 */
public final class FittedFeatures {

    /** More features than this is a mistake (an identifier that was one-hot encoded). */
    public static final int MAX_FEATURES = 20_000;

    private final List<FittedFeature> features;
    private final Map<String, double[]> cuts;
    private final List<String> names;
    private final List<String> sources;
    private final List<FittedFeature.Writer> writers;
    private final double[][] cutsBySlot;

    /**
     * @param features fitted columns; the names of their features must differ
     * @param cuts by feature name: ascending cut points; the feature's value is replaced by the number of cut points below
     *     it. Used by forests, which are slow on continuous values
     */
    @JsonCreator
    public FittedFeatures(
            @JsonProperty("features") List<FittedFeature> features, @JsonProperty("cuts") Map<String, double[]> cuts) {
        this.features = List.copyOf(features);
        this.cuts = Collections.unmodifiableMap(new TreeMap<>(cuts));
        Map<String, String> sourceByName = new TreeMap<>();
        for (FittedFeature feature : this.features) {
            for (String name : feature.names()) {
                if (sourceByName.put(name, feature.column()) != null) {
                    throw new IllegalArgumentException("two features named '" + name + "'");
                }
            }
        }
        if (sourceByName.isEmpty()) {
            throw new IllegalArgumentException("no feature is left");
        }
        if (sourceByName.size() > MAX_FEATURES) {
            throw new IllegalArgumentException(
                    sourceByName.size() + " features are more than the limit of " + MAX_FEATURES);
        }
        names = List.copyOf(sourceByName.keySet());
        sources = List.copyOf(sourceByName.values());
        Map<String, Integer> index = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            index.put(names.get(i), i);
        }
        List<FittedFeature.Writer> prepared = new ArrayList<>();
        for (FittedFeature feature : this.features) {
            List<String> own = feature.names();
            int[] at = new int[own.size()];
            for (int i = 0; i < at.length; i++) {
                at[i] = index.getOrDefault(own.get(i), 0);
            }
            prepared.add(feature.writer(names.size(), at));
        }
        writers = List.copyOf(prepared);
        cutsBySlot = new double[names.size()][];
        cuts.forEach((name, points) -> {
            Integer slot = index.get(name);
            if (slot == null) {
                throw new IllegalArgumentException("cuts of an unknown feature '" + name + "'");
            }
            cutsBySlot[slot] = points.clone();
        });
    }

    /** Fitted columns, as given. */
    @JsonProperty("features")
    public List<FittedFeature> features() {
        return features;
    }

    /** Cut points by feature name. */
    @JsonProperty("cuts")
    public Map<String, double[]> cuts() {
        return cuts;
    }

    /** Names of the features in ascending text order, which is also Tribuo's order and the column order of the matrix. */
    public List<String> names() {
        return names;
    }

    public int width() {
        return names.size();
    }

    /** For each feature, in the order of {@link #names}, the raw column it comes from. */
    public List<String> sources() {
        return sources;
    }

    /**
     * Row-major matrix of {@code rows.size() * width()} finite values.
     *
     * @throws io.millrace.runtime.spi.SignatureException when the rows lack a column or it has another type
     */
    public double[] transform(Rows rows) {
        int width = names.size();
        double[] matrix = new double[Math.multiplyExact(rows.size(), width)];
        for (FittedFeature.Writer writer : writers) {
            writer.write(rows, matrix);
        }
        if (!cuts.isEmpty()) {
            for (int slot = 0; slot < width; slot++) {
                double[] points = cutsBySlot[slot];
                if (points != null) {
                    for (int at = slot; at < matrix.length; at += width) {
                        matrix[at] = Quantiles.bin(points, matrix[at]);
                    }
                }
            }
        }
        return matrix;
    }

    /**
     * The same features with every one that has more than two values replaced by its quantile bin, 0 to {@code bins - 1}.
     *
     * @param bins 2 to 256
     */
    public FittedFeatures withQuantileBins(Rows train, int bins) {
        if (bins < 2 || bins > 256) {
            throw new IllegalArgumentException("bins must be 2 to 256, got " + bins);
        }
        double[] matrix = new FittedFeatures(features, Map.of()).transform(train);
        Map<String, double[]> found = new TreeMap<>();
        for (int slot = 0; slot < width(); slot++) {
            double[] values = new double[train.size()];
            for (int row = 0; row < values.length; row++) {
                values[row] = matrix[row * width() + slot];
            }
            Arrays.sort(values);
            double[] points = Quantiles.cuts(values, bins);
            if (points.length > 1 || (points.length == 1 && !zeroOrOne(values))) {
                found.put(names.get(slot), points);
            }
        }
        return new FittedFeatures(features, found);
    }

    private static boolean zeroOrOne(double[] sorted) {
        return sorted[0] == 0 && sorted[sorted.length - 1] == 1;
    }

    /** An estimate of the memory held, in bytes. */
    public long memoryBytes() {
        long bytes = 512L + 96L * names.size();
        for (double[] points : cuts.values()) {
            bytes += 2L * 8 * points.length;
        }
        return bytes;
    }
}
