package io.millrace.serving.inference;

import io.millrace.serving.json.JsonScanner;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the usual form of a native predict call: one row of scalars, a key, a timestamp, an id. Null stands for any other. */
final class QuickPredict {

    /** More columns than this are looked up in maps. */
    private static final int MAX_COLUMNS = 512;

    private final JsonScanner json;
    private final Supplier<InferenceInputs> thorough;
    private @Nullable FlatRow row;
    private @Nullable String key;
    private @Nullable Instant timestamp;
    private @Nullable String requestId;

    private QuickPredict(JsonScanner json, Supplier<InferenceInputs> thorough) {
        this.json = json;
        this.thorough = thorough;
    }

    /** @param thorough reads the same body's rows by way of maps */
    static @Nullable PredictRequest read(JsonScanner json, Supplier<InferenceInputs> thorough) {
        QuickPredict quick = new QuickPredict(json, thorough);
        FlatRow row = json.object(quick::member) ? quick.row : null;
        return row == null ? null : new PredictRequest(row, quick.key, quick.timestamp, quick.requestId);
    }

    /** No member may come twice. */
    private boolean member(String name) {
        switch (name) {
            case "inputs" -> {
                row = row == null ? row() : null;
                return row != null;
            }
            case "key" -> {
                key = key == null ? json.text() : null;
                return key != null;
            }
            case "timestamp" -> {
                timestamp = timestamp == null ? PredictRequest.timestamp(json.text()) : null;
                return timestamp != null;
            }
            case "requestId" -> {
                requestId = requestId == null ? PredictRequest.id(json.text()) : null;
                return requestId != null;
            }
            default -> {
                return false;
            }
        }
    }

    /** Names may come twice here: the row finds that out where it matters. */
    private @Nullable FlatRow row() {
        Columns columns = new Columns();
        return json.object(columns::add) ? new FlatRow(columns.names, columns.cells, thorough) : null;
    }

    /** Of the row, in their order. */
    private final class Columns {

        private final Cells cells = new Cells();
        private String[] names = new String[32];

        boolean add(String name) {
            int at = cells.size();
            if (at == names.length) {
                names = Arrays.copyOf(names, at * 2);
            }
            names[at] = name;
            return at < MAX_COLUMNS && cells.add(json);
        }
    }
}
