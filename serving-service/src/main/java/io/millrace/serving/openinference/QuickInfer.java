package io.millrace.serving.openinference;

import io.millrace.serving.inference.Cells;
import io.millrace.serving.inference.InferenceInputs;
import io.millrace.serving.json.JsonScanner;
import io.millrace.serving.openinference.tensor.Datatype;
import io.millrace.serving.openinference.tensor.FlatTensors;
import io.millrace.serving.openinference.tensor.FlatTensors.FlatTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the usual form of an infer call: tensors of scalars in JSON, an id, a key. Null stands for any other. */
final class QuickInfer {

    private static final int MAX_TENSORS = 512;
    private static final int MAX_DEPTH = 8;
    /** As many elements fit into no body. */
    private static final int MAX_SIZE = 1 << 30;

    private final JsonScanner json;
    private final Cells cells = new Cells();
    private final List<FlatTensor> tensors = new ArrayList<>(4);
    private boolean inputs;
    private boolean parameters;
    private @Nullable String id;
    private @Nullable String key;

    private QuickInfer(JsonScanner json) {
        this.json = json;
    }

    /** @param thorough reads the same body's tensors by way of maps */
    static @Nullable OpenInferenceRequest read(JsonScanner json, Supplier<InferenceInputs> thorough) {
        QuickInfer quick = new QuickInfer(json);
        if (!json.object(quick::member) || quick.tensors.isEmpty()) {
            return null;
        }
        FlatTensors inputs = FlatTensors.of(quick.tensors, quick.cells, thorough);
        return inputs == null ? null : new OpenInferenceRequest(quick.id, inputs, quick.key, null, Map.of(), false);
    }

    /** No member may come twice. */
    private boolean member(String name) {
        switch (name) {
            case "inputs" -> {
                boolean first = !inputs;
                inputs = true;
                return first && json.list(this::tensor);
            }
            case "id" -> {
                id = id == null ? OpenInferenceRequest.id(json.text()) : null;
                return id != null;
            }
            case "parameters" -> {
                boolean first = !parameters;
                parameters = true;
                return first && json.object(this::parameter);
            }
            default -> {
                return false;
            }
        }
    }

    private boolean parameter(String name) {
        key = name.equals("key") && key == null ? json.text() : null;
        return key != null;
    }

    private boolean tensor() {
        Fields fields = new Fields(cells.size());
        FlatTensor tensor = tensors.size() < MAX_TENSORS && json.object(fields::read) ? fields.tensor() : null;
        return tensor != null && tensors.add(tensor);
    }

    /** What was read of one tensor. */
    private final class Fields {

        private final int start;
        private int count;
        private @Nullable String name;
        private @Nullable Datatype datatype;
        private int @Nullable [] shape;
        private boolean data;

        Fields(int start) {
            this.start = start;
        }

        boolean read(String field) {
            count++;
            switch (field) {
                case "name" -> {
                    name = json.text();
                    return name != null && !name.isEmpty();
                }
                case "datatype" -> {
                    String text = json.text();
                    datatype = text == null ? null : Datatype.find(text).orElse(null);
                    return datatype != null;
                }
                case "shape" -> {
                    shape = shape();
                    return shape != null;
                }
                case "data" -> {
                    data = elements(1);
                    return data;
                }
                default -> {
                    return false;
                }
            }
        }

        private @Nullable FlatTensor tensor() {
            // Four members of which none is absent: each was there once.
            if (count != 4 || !data || shape == null || name == null || datatype == null) {
                return null;
            }
            return cells.size() - start == (long) shape[0] * shape[1]
                    ? new FlatTensor(name, datatype, shape[0], shape[1], cells, start)
                    : null;
        }
    }

    /** Rows and columns of a shape with one or two sizes. */
    private int @Nullable [] shape() {
        int[] shape = {0, 1};
        int rank = 0;
        if (!json.take('[')) {
            return null;
        }
        do {
            if (rank == 2 || json.scalar() != JsonScanner.Kind.WHOLE || json.whole() < 1 || json.whole() > MAX_SIZE) {
                return null;
            }
            shape[rank++] = (int) json.whole();
        } while (json.take(','));
        return json.take(']') ? shape : null;
    }

    private boolean elements(int depth) {
        return json.list(() -> json.comes('[') ? depth < MAX_DEPTH && elements(depth + 1) : cells.add(json));
    }
}
