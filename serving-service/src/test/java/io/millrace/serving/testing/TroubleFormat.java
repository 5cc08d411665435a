package io.millrace.serving.testing;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A model that misbehaves as it is told: it says P(yes) 0.25, throws, hangs, or takes its time. System properties carry the
 * orders, whichever class loader asks.
 */
public final class TroubleFormat implements ModelFormat {

    private static final String FILE = "trouble.txt";

    /** The files of a model that obeys the orders given under the name. */
    public static Map<String, byte[]> files(String name) {
        return Map.of(FILE, name.getBytes(StandardCharsets.UTF_8));
    }

    /** @param order {@code ok}, {@code throw}, {@code hang} until the next order, or {@code slow:<milliseconds>} */
    public static void order(String name, String order) {
        System.setProperty("trouble." + name, order);
    }

    @Override
    public String name() {
        return "trouble";
    }

    @Override
    public boolean recognises(Path folder) {
        return Files.isRegularFile(folder.resolve(FILE));
    }

    @Override
    public LoadedModel load(Path folder, LoadOptions options) {
        try {
            return new Model(Files.readString(folder.resolve(FILE)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Model(String name) implements LoadedModel {

        @Override
        public Signature signature() {
            return Signature.binary(List.of(Column.required("amount", ColumnType.FLOAT64)), "no", "yes");
        }

        @Override
        public Prediction predict(Rows rows) {
            String order = order();
            if (order.equals("throw")) {
                throw new IllegalStateException("the model fails as it was told");
            }
            while (order().equals("hang")) {
                sleep(5);
            }
            if (order.startsWith("slow:")) {
                sleep(Long.parseLong(order.substring(5)));
            }
            double[] raw = new double[rows.size() * 2];
            for (int row = 0; row < rows.size(); row++) {
                raw[row * 2] = 0.75;
                raw[row * 2 + 1] = 0.25;
            }
            return Prediction.standard(signature(), rows.size(), raw);
        }

        private String order() {
            return System.getProperty("trouble." + name, "ok");
        }

        private static void sleep(long millis) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public long memoryBytes() {
            return 1000;
        }

        @Override
        public void close() {}
    }
}
