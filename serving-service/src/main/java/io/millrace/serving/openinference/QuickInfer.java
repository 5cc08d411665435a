package io.millrace.serving.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.serving.inference.Cells;
import io.millrace.serving.inference.InferenceInputs;
import io.millrace.serving.openinference.tensor.Datatype;
import io.millrace.serving.openinference.tensor.FlatTensors;
import io.millrace.serving.openinference.tensor.FlatTensors.FlatTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the usual form of an infer call: tensors of scalars in JSON, an id, a key. Null stands for any other. */
final class QuickInfer {

    private static final int MAX_TENSORS = 512;
    private static final int MAX_DEPTH = 8;

    private final JsonParser json;
    private final Cells cells = new Cells();

    private QuickInfer(JsonParser json) {
        this.json = json;
    }

    /** @param thorough reads the same body's tensors by way of maps */
    static @Nullable OpenInferenceRequest read(JsonParser json, Supplier<InferenceInputs> thorough) throws IOException {
        return new QuickInfer(json).request(thorough);
    }

    private @Nullable OpenInferenceRequest request(Supplier<InferenceInputs> thorough) throws IOException {
        List<FlatTensor> tensors = null;
        String id = null;
        String key = null;
        Set<String> seen = new HashSet<>(8);
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return null;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken token = json.nextToken();
            if (!seen.add(field)) {
                return null;
            }
            if (field.equals("inputs") && token == JsonToken.START_ARRAY) {
                tensors = tensors();
            } else if (field.equals("id") && token == JsonToken.VALUE_STRING) {
                id = OpenInferenceRequest.id(json.getText());
            } else if (field.equals("parameters") && token == JsonToken.START_OBJECT) {
                if (json.nextToken() == JsonToken.END_OBJECT) {
                    continue;
                }
                key = json.currentName().equals("key") && json.nextToken() == JsonToken.VALUE_STRING
                        ? json.getText()
                        : null;
                if (key == null || json.nextToken() != JsonToken.END_OBJECT) {
                    return null;
                }
            } else {
                return null;
            }
        }
        FlatTensors inputs = tensors == null || tensors.isEmpty() ? null : FlatTensors.of(tensors, cells, thorough);
        return inputs == null ? null : new OpenInferenceRequest(id, inputs, key, null, Map.of(), false);
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
