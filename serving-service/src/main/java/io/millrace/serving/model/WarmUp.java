package io.millrace.serving.model;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a version predicts before it is routed to, so that the first real request does not pay for class loading and
 * compilation, and a version that cannot predict is found out: those stored with the version in {@value #FILE}, those that
 * were asked lately, and if none of them fits its signature a made-up one.
 */
final class WarmUp {

    private static final long SOME_TIME = 1_577_836_800_000L;

    /** A JSON list of objects by column name, among the version's files. */
    static final String FILE = "warm-up.json";

    private static final long MAX_BYTES = 1 << 20;
    private static final int MAX_ROWS = 100;

    private WarmUp() {}

    /** The rows stored in a version's folder. */
    static List<Map<String, @Nullable Object>> stored(Path folder, ObjectMapper json) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ModelFormatException(FILE + " is larger than " + MAX_BYTES + " bytes");
            }
            List<Map<String, @Nullable Object>> rows =
                    json.readValue(Files.readAllBytes(file), new TypeReference<>() {});
            return rows.subList(0, Math.min(rows.size(), MAX_ROWS));
        } catch (IOException e) {
            throw new ModelFormatException(FILE + " is not a list of rows", e);
        }
    }

    /** Those of the rows that fit, each by itself; a made-up row when none does. */
    static List<Rows> fitting(Signature signature, List<? extends Map<String, ?>> candidates) {
        List<Rows> fit = new ArrayList<>();
        for (Map<String, ?> candidate : candidates) {
            try {
                fit.add(Rows.builder(signature).add(candidate).build());
            } catch (SignatureException | IllegalArgumentException e) {
                // Rows of another version's signature need not fit this one's.
                continue;
            }
        }
        return fit.isEmpty() ? List.of(row(signature)) : fit;
    }

    static Rows row(Signature signature) {
        Map<String, Object> row = new HashMap<>();
        for (Column column : signature.inputs()) {
            row.put(column.name(), value(column));
        }
        return Rows.builder(signature).add(row).build();
    }

    private static Object value(Column column) {
        return switch (column.type()) {
            case FLOAT64 -> within(column, 1);
            case INT64 -> (long) Math.ceil(within(column, 1));
            case TIMESTAMP -> (long) Math.ceil(within(column, SOME_TIME));
            case BOOL -> false;
            case STRING ->
                column.categories().isEmpty() ? "warm-up" : column.categories().get(0);
        };
    }

    private static double within(Column column, double wish) {
        Double min = column.min();
        Double max = column.max();
        double value = min == null ? wish : Math.max(min, wish);
        return max == null ? value : Math.min(max, value);
    }
}
