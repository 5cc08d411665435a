package io.millrace.serving.inference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the usual form of a native predict call: one row of scalars, a key, a timestamp, an id. Null stands for any other. */
final class QuickPredict {

    /** More columns than this are looked up in maps. */
    private static final int MAX_COLUMNS = 512;

    private final JsonParser json;
    private final Supplier<InferenceInputs> thorough;
    private @Nullable FlatRow row;
    private @Nullable String key;
    private @Nullable Instant timestamp;
    private @Nullable String requestId;

    private QuickPredict(JsonParser json, Supplier<InferenceInputs> thorough) {
        this.json = json;
        this.thorough = thorough;
    }

    /** @param thorough reads the same body's rows by way of maps */
    static @Nullable PredictRequest read(JsonParser json, Supplier<InferenceInputs> thorough) throws IOException {
        QuickPredict quick = new QuickPredict(json, thorough);
        FlatRow row =
                json.nextToken() == JsonToken.START_OBJECT && QuickJson.members(json, quick::member) ? quick.row : null;
        return row == null ? null : new PredictRequest(row, quick.key, quick.timestamp, quick.requestId);
    }

    private boolean member(String name, JsonToken value) throws IOException {
        if (name.equals("inputs") && value == JsonToken.START_OBJECT) {
            row = row();
            return row != null;
        }
        if (value != JsonToken.VALUE_STRING) {
            return false;
        }
        switch (name) {
            case "key" -> key = json.getText();
            case "timestamp" -> timestamp = PredictRequest.timestamp(json.getText());
            case "requestId" -> requestId = PredictRequest.id(json.getText());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Names may come twice here: the row finds that out where it matters. */
    private @Nullable FlatRow row() throws IOException {
        String[] names = new String[32];
        Cells cells = new Cells();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            if (cells.size() == names.length) {
                names = Arrays.copyOf(names, names.length * 2);
            }
            names[cells.size()] = json.currentName();
            if (cells.size() == MAX_COLUMNS || !cells.add(json, json.nextToken())) {
                return null;
            }
        }
        return new FlatRow(names, cells, thorough);
    }
}
