package io.millrace.runtime.training;

import io.millrace.runtime.feature.FeaturePipeline;
import io.millrace.runtime.feature.FeatureSpec;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Rows of every column type with a known relation to the truth. The same seed gives the same rows. */
public final class GeneratedData {

    public static final List<Column> INPUTS = List.of(
            Column.required("amount", ColumnType.FLOAT64),
            Column.optional("age", ColumnType.FLOAT64),
            Column.required("visits", ColumnType.INT64),
            Column.required("member", ColumnType.BOOL),
            Column.optional("country", ColumnType.STRING),
            new Column("channel", ColumnType.STRING, false, null, null, List.of("web", "shop")),
            Column.required("at", ColumnType.TIMESTAMP));

    public static final List<FeatureSpec> SPECS = List.of(
            new FeatureSpec.Log1p("amount", true, false),
            new FeatureSpec.OneHot("country", 3, true),
            new FeatureSpec.Datetime(
                    "at",
                    List.of(
                            io.millrace.runtime.feature.DatePart.HOUR,
                            io.millrace.runtime.feature.DatePart.DAY_OF_WEEK),
                    true,
                    "America/New_York"));

    private static final String[] COUNTRIES = {"AT", "DE", "FR", "IT", "US"};

    public final Rows rows;
    /** "no" or "yes". */
    public final String[] binary;
    /** "low", "mid" or "high". */
    public final String[] three;
    /** About 900 to 1100. */
    public final double[] number;

    public GeneratedData(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Rows.Builder builder = Rows.builder(INPUTS);
        binary = new String[size];
        three = new String[size];
        number = new double[size];
        for (int i = 0; i < size; i++) {
            Map<String, Object> row = row(random);
            builder.add(row);
            double age = row.get("age") == null ? 40 : (Double) row.get("age");
            double signal = 1.2 * (Math.log1p((Double) row.get("amount")) - 3)
                    + 0.05 * (age - 40)
                    + ("US".equals(row.get("country")) ? 1.5 : 0)
                    + (Boolean.TRUE.equals(row.get("member")) ? -1 : 0)
                    + ("web".equals(row.get("channel")) ? 0.5 : -0.5);
            double noise = random.nextDouble(-1, 1);
            binary[i] = signal + noise > 0 ? "yes" : "no";
            three[i] = signal + noise < -1 ? "low" : signal + noise < 1 ? "mid" : "high";
            number[i] = 1000 + 20 * signal + 10 * noise;
        }
        rows = builder.build();
    }

    private static Map<String, Object> row(SplittableRandom random) {
        Map<String, Object> row = new HashMap<>();
        row.put("amount", Math.exp(random.nextDouble(6)));
        row.put("age", random.nextInt(20) == 0 ? null : 20 + random.nextDouble(40));
        row.put("visits", (long) random.nextInt(50));
        row.put("member", random.nextBoolean());
        row.put("country", random.nextInt(30) == 0 ? null : COUNTRIES[random.nextInt(COUNTRIES.length)]);
        row.put("channel", random.nextBoolean() ? "web" : "shop");
        row.put(
                "at",
                Instant.ofEpochSecond(1_356_998_400L + random.nextInt(30_000_000))
                        .toString());
        return row;
    }

    public FittedFeatures features() {
        return FeaturePipeline.fit(SPECS, rows, INPUTS);
    }

    /** Rows as the maps a client would send. */
    public List<Map<String, Object>> maps() {
        List<Map<String, Object>> maps = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            Map<String, Object> map = new HashMap<>();
            for (String name : rows.names()) {
                map.put(name, rows.value(name, row));
            }
            maps.add(map);
        }
        return maps;
    }

    public static Signature binarySignature() {
        return Signature.binary(INPUTS, "no", "yes");
    }

    public static Signature threeSignature() {
        return Signature.multiclass(INPUTS, List.of("low", "mid", "high"));
    }

    public static Signature numberSignature() {
        return Signature.regression(INPUTS);
    }

    /** A small trained model for the task of the signature. */
    public static TrainedModel train(String algorithm, Map<String, ?> params, Signature signature, GeneratedData data) {
        return Trainers.train(
                switch (signature.task()) {
                    case BINARY ->
                        TrainingRequest.classification(
                                algorithm, params, 7, signature, data.features(), data.rows, data.binary);
                    case MULTICLASS, GENERIC ->
                        TrainingRequest.classification(
                                algorithm, params, 7, signature, data.features(), data.rows, data.three);
                    case REGRESSION ->
                        TrainingRequest.regression(
                                algorithm, params, 7, signature, data.features(), data.rows, data.number, false);
                });
    }
}
