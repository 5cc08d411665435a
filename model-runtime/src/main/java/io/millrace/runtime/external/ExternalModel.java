package io.millrace.runtime.external;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelUnavailableException;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model on another server. The calling thread waits for the answer, at most as long as {@code external.json} says. */
final class ExternalModel implements LoadedModel {

    /** A client with its selector thread and buffers. */
    private static final long CLIENT_BYTES = 512 << 10;

    private static final JsonFactory JSON = new JsonFactory();

    private final Server server;
    private final Metadata metadata;
    private volatile boolean closed;

    ExternalModel(Server server, Metadata metadata) {
        this.server = server;
        this.metadata = metadata;
    }

    @Override
    public Signature signature() {
        return metadata.signature();
    }

    @Override
    public boolean remote() {
        return true;
    }

    /** @throws ModelUnavailableException when the server does not answer as it should */
    @Override
    public Prediction predict(Rows rows) {
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
        signature().check(rows);
        if (rows.size() == 0) {
            return read(Map.of(), 0);
        }
        Map<String, JsonNode> answers = new HashMap<>();
        for (JsonNode output : server.infer(request(rows)).path("outputs")) {
            answers.put(output.path("name").asText(), output.path("data"));
        }
        return read(answers, rows.size());
    }

    private byte[] request(Rows rows) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("inputs");
            for (Metadata.Tensor tensor : metadata.inputs()) {
                json.writeStartObject();
                json.writeStringField("name", tensor.name());
                json.writeStringField("datatype", tensor.datatype());
                json.writeArrayFieldStart("shape");
                json.writeNumber(rows.size());
                if (!tensor.flat()) {
                    json.writeNumber(tensor.columns().size());
                }
                json.writeEndArray();
                json.writeArrayFieldStart("data");
                for (int row = 0; row < rows.size(); row++) {
                    for (String column : tensor.columns()) {
                        write(json, rows.value(column, row));
                    }
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value instanceof Double number) {
            json.writeNumber(number);
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else {
            json.writeString(String.valueOf(value));
        }
    }

    private Prediction read(Map<String, JsonNode> answers, int size) {
        Map<String, double[]> numbers = new HashMap<>();
        Map<String, String[]> labels = new HashMap<>();
        for (Output output : signature().outputs()) {
            List<JsonNode> values = new ArrayList<>();
            JsonNode data = answers.get(output.name());
            if (data != null) {
                flatten(data, values, 0);
            }
            if (values.size() != size * output.width()) {
                throw new ModelUnavailableException(
                        "the external server gave " + values.size() + " values of " + output.name() + ", not "
                                + size * output.width(),
                        null);
            }
            if (output.type() == OutputType.STRING) {
                labels.put(output.name(), values.stream().map(JsonNode::asText).toArray(String[]::new));
            } else {
                numbers.put(
                        output.name(),
                        values.stream()
                                .mapToDouble(value -> value.isBoolean() ? value.asInt() : value.asDouble(Double.NaN))
                                .toArray());
            }
        }
        return new Prediction(size, signature().outputs(), numbers, labels);
    }

    /** The data may be flat or nested by its shape. */
    private static void flatten(JsonNode data, List<JsonNode> into, int depth) {
        for (JsonNode value : data) {
            if (value.isArray() && depth < 8) {
                flatten(value, into, depth + 1);
            } else {
                into.add(value);
            }
        }
    }

    @Override
    public long memoryBytes() {
        return CLIENT_BYTES;
    }

    @Override
    public void close() {
        closed = true;
    }
}
