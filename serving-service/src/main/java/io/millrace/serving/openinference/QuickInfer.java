package io.millrace.serving.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.serving.inference.Cells;
import io.millrace.serving.inference.InferenceInputs;
import io.millrace.serving.inference.QuickJson;
import io.millrace.serving.openinference.tensor.Datatype;
import io.millrace.serving.openinference.tensor.FlatTensors;
import io.millrace.serving.openinference.tensor.FlatTensors.FlatTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the usual form of an infer call: tensors of scalars in JSON, an id, a key. Null stands for any other. */
final class QuickInfer {

    private static final int MAX_TENSORS = 512;
    private static final int MAX_DEPTH = 8;

    private final JsonParser json;
    private final Cells cells = new Cells();
    private @Nullable List<FlatTensor> tensors;
    private @Nullable String id;
    private @Nullable String key;

    private QuickInfer(JsonParser json) {
        this.json = json;
    }

    /** @param thorough reads the same body's tensors by way of maps */
    static @Nullable OpenInferenceRequest read(JsonParser json, Supplier<InferenceInputs> thorough) throws IOException {
        return new QuickInfer(json).request(thorough);
    }

    private @Nullable OpenInferenceRequest request(Supplier<InferenceInputs> thorough) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT || !QuickJson.members(json, this::member)) {
            return null;
        }
        List<FlatTensor> read = tensors;
        FlatTensors inputs = read == null || read.isEmpty() ? null : FlatTensors.of(read, cells, thorough);
        return inputs == null ? null : new OpenInferenceRequest(id, inputs, key, null, Map.of(), false);
    }

    private boolean member(String name, JsonToken value) throws IOException {
        if (name.equals("inputs") && value == JsonToken.START_ARRAY) {
            tensors = tensors();
            return tensors != null;
        }
        if (name.equals("id") && value == JsonToken.VALUE_STRING) {
            id = OpenInferenceRequest.id(json.getText());
            return true;
        }
        return name.equals("parameters") && value == JsonToken.START_OBJECT && QuickJson.members(json, this::parameter);
    }

    private boolean parameter(String name, JsonToken value) throws IOException {
        if (!name.equals("key") || value != JsonToken.VALUE_STRING) {
            return false;
        }
        key = json.getText();
        return true;
    }

    private @Nullable List<FlatTensor> tensors() throws IOException {
        List<FlatTensor> tensors = new ArrayList<>();
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            FlatTensor tensor = token == JsonToken.START_OBJECT && tensors.size() < MAX_TENSORS ? tensor() : null;
            if (tensor == null) {
                return null;
            }
            tensors.add(tensor);
        }
        return tensors;
    }

    private @Nullable FlatTensor tensor() throws IOException {
        String name = null;
        Datatype datatype = null;
        int[] shape = null;
        int start = cells.size();
        int fields = 0;
        boolean data = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken token = json.nextToken();
            fields++;
            if (field.equals("name") && token == JsonToken.VALUE_STRING) {
                name = json.getText();
            } else if (field.equals("datatype") && token == JsonToken.VALUE_STRING) {
                datatype = Datatype.find(json.getText()).orElse(null);
            } else if (field.equals("shape") && token == JsonToken.START_ARRAY) {
                shape = shape();
            } else if (field.equals("data") && token == JsonToken.START_ARRAY) {
                data = elements(1);
            } else {
                return null;
            }
        }
        // Four members of which none is absent: each was there once.
        if (fields != 4 || !data || shape == null || name == null || name.isEmpty() || datatype == null) {
            return null;
        }
        return cells.size() - start == (long) shape[0] * shape[1]
                ? new FlatTensor(name, datatype, shape[0], shape[1], cells, start)
                : null;
    }

    /** Rows and columns of a shape with one or two sizes. */
    private int @Nullable [] shape() throws IOException {
        int[] shape = {0, 1};
        int rank = 0;
        while (json.nextToken() == JsonToken.VALUE_NUMBER_INT && rank < 2) {
            int size = json.getIntValue();
            if (size < 1) {
                return null;
            }
            shape[rank++] = size;
        }
        return rank == 0 || json.currentToken() != JsonToken.END_ARRAY ? null : shape;
    }

    private boolean elements(int depth) throws IOException {
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            boolean taken =
                    token == JsonToken.START_ARRAY ? depth < MAX_DEPTH && elements(depth + 1) : cells.add(json, token);
            if (!taken) {
                return false;
            }
        }
        return true;
    }
}
