package io.millrace.formats.torchscript;

import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import io.millrace.runtime.tensor.ColumnBinding;
import io.millrace.runtime.tensor.DirectBuffers;
import io.millrace.runtime.tensor.ElementType;
import io.millrace.runtime.tensor.NativeModel;
import io.millrace.runtime.tensor.TensorGraph;
import io.millrace.runtime.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A module behind a signature. */
final class TorchModel extends NativeModel {

    private static final String INPUT = "input";
    private static final String OUTPUT = "output";

    /** Rows of the run that finds out what comes out: not one, so that a dimension of one is no dimension of rows. */
    private static final int PROBE = 2;

    private final TorchModule module;
    private final Feed feed;
    private final List<String> names;
    private final DirectBuffers buffers = new DirectBuffers();

    private TorchModel(TorchModule module, Signature signature, Feed feed, Graph graph, TargetTransform target) {
        super(signature, graph.tensors().outputs(signature), target);
        this.module = module;
        this.feed = feed;
        this.names = graph.names();
    }

    /** Rows as the one matrix that the module reads. */
    private interface Feed {

        ElementType type();

        int width();

        /** Writes {@code rows} times {@code width} values from the start of the buffer. */
        void fill(ByteBuffer bytes, Rows rows);

        long memoryBytes();
    }

    /** What a run has shown about the module. */
    private record Graph(TensorGraph tensors, List<String> names) {}

    /** A module that reads the columns in their order. */
    static TorchModel declared(TorchModule module, Signature signature, TargetTransform target) {
        List<String> names = signature.task() == Task.GENERIC
                ? signature.outputs().stream().map(Output::name).toList()
                : List.of();
        if (signature.outputs().stream().anyMatch(output -> output.type() == OutputType.STRING)
                && signature.task() == Task.GENERIC) {
            throw new ModelFormatException("TorchScript models give numbers, the signature has an output of texts");
        }
        Probed probed = probe(module, signature.inputs(), names);
        return new TorchModel(module, signature, probed.feed(), probed.graph(), target);
    }

    /** The same, when only the columns are known: outputs are called {@code output}, or as the module's own map does. */
    static TorchModel discovered(TorchModule module, List<Column> inputs) {
        Probed probed = probe(module, inputs, List.of());
        Signature signature = probed.graph().tensors().discover(inputs, false);
        return new TorchModel(module, signature, probed.feed(), probed.graph(), TargetTransform.NONE);
    }

    /** A module that reads fitted features. */
    static TorchModel ofFeatures(
            TorchModule module, Signature signature, FittedFeatures features, TargetTransform target) {
        Feed feed = new Feed() {
            @Override
            public ElementType type() {
                return ElementType.FLOAT;
            }

            @Override
            public int width() {
                return features.width();
            }

            @Override
            public void fill(ByteBuffer bytes, Rows rows) {
                double[] matrix = features.transform(rows);
                for (int i = 0; i < matrix.length; i++) {
                    bytes.putFloat(i * Float.BYTES, (float) matrix[i]);
                }
            }

            @Override
            public long memoryBytes() {
                return features.memoryBytes();
            }
        };
        return new TorchModel(module, signature, feed, graph(module, feed, List.of()), target);
    }

    private record Probed(Feed feed, Graph graph) {}

    /** A module does not say which numbers it reads: 32 bit floats come first, what it cannot run it refuses. */
    private static Probed probe(TorchModule module, List<Column> inputs, List<String> names) {
        List<ElementType> types = new ArrayList<>(List.of(ElementType.FLOAT, ElementType.DOUBLE));
        if (inputs.stream().allMatch(column -> column.type() == ColumnType.INT64 && !column.nullable())) {
            types.add(ElementType.INT64);
        }
        ModelFormatException first = null;
        for (ElementType type : types) {
            Feed feed = columns(inputs, type);
            try {
                return new Probed(feed, graph(module, feed, names));
            } catch (ModelFormatException e) {
                first = first == null ? e : first;
            }
        }
        throw first == null ? new IllegalStateException("no types") : first;
    }

    private static Feed columns(List<Column> inputs, ElementType type) {
        inputs.stream()
                .filter(column -> column.type() == ColumnType.STRING)
                .findFirst()
                .ifPresent(column -> {
                    throw new ModelFormatException("TorchScript models read numbers, but the column " + column.name()
                            + " is STRING: encode it in a features.json");
                });
        ColumnBinding binding = new ColumnBinding(
                INPUT, type, 2, inputs.stream().map(Column::name).toList());
        return new Feed() {
            @Override
            public ElementType type() {
                return type;
            }

            @Override
            public int width() {
                return binding.columns().size();
            }

            @Override
            public void fill(ByteBuffer bytes, Rows rows) {
                binding.fill(bytes, rows);
            }

            @Override
            public long memoryBytes() {
                return 100L * width();
            }
        };
    }

    /** @throws ModelFormatException when the module does not run or does not give a table */
    private static Graph graph(TorchModule module, Feed feed, List<String> declared) {
        int bytes = Math.multiplyExact(PROBE * feed.type().bytes(), feed.width());
        ByteBuffer zeros = ByteBuffer.allocateDirect(bytes);
        List<TorchModule.Tensor> tensors = module.forward(zeros, feed.type(), new long[] {PROBE, feed.width()});
        List<TensorSpec> specs = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            TorchModule.Tensor tensor = tensors.get(i);
            String own = tensor.name();
            String name = own != null && !own.isBlank()
                    ? own
                    : declared.size() == tensors.size()
                            ? declared.get(i)
                            : tensors.size() == 1 ? OUTPUT : OUTPUT + "_" + i;
            names.add(name);
            long[] shape = tensor.shape();
            boolean table = (shape.length == 1 || shape.length == 2) && shape[0] == PROBE;
            if (table && (shape.length == 1 || shape[1] > 0)) {
                int width = shape.length == 1 ? 1 : Math.toIntExact(shape[1]);
                specs.add(new TensorSpec(name, tensor.type(), shape.length, width, -1));
            }
        }
        if (specs.isEmpty()) {
            throw new ModelFormatException("the model gives no table with a row for each row that goes in");
        }
        TensorSpec input = new TensorSpec(INPUT, feed.type(), 2, feed.width(), -1);
        return new Graph(new TensorGraph(List.of(input), specs), names);
    }

    @Override
    protected int maxBatch() {
        return Integer.MAX_VALUE;
    }

    @Override
    protected Map<String, Object> run(Rows rows) {
        int size = Math.multiplyExact(
                Math.multiplyExact(rows.size(), feed.width()), feed.type().bytes());
        ByteBuffer bytes = buffers.take(size);
        try {
            feed.fill(bytes, rows);
            List<TorchModule.Tensor> tensors =
                    module.forward(bytes, feed.type(), new long[] {rows.size(), feed.width()});
            if (tensors.size() != names.size()) {
                throw new ModelFormatException("the model gave " + tensors.size() + " outputs after " + names.size());
            }
            Map<String, Object> values = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                if (requested().contains(names.get(i))) {
                    values.put(names.get(i), tensors.get(i).values());
                }
            }
            return values;
        } finally {
            buffers.give(bytes);
        }
    }

    @Override
    public long memoryBytes() {
        return module.memoryBytes() + feed.memoryBytes();
    }

    @Override
    protected void free() {
        module.close();
    }
}
