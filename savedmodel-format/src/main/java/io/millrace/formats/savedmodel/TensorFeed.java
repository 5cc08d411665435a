package io.millrace.formats.savedmodel;

import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.tensor.ColumnBinding;
import io.millrace.runtime.tensor.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.BiConsumer;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** Turns rows into the tensors that a signature reads. Safe for concurrent use. */
interface TensorFeed {

    /** Rows one call may carry: {@link Integer#MAX_VALUE}, or 1 for a graph made for single rows. */
    int maxBatch();

    /** Hands over each tensor with the name of its input; whoever takes it closes it. */
    void feed(Rows rows, BiConsumer<String, Tensor> taker);

    long memoryBytes();

    static TensorFeed ofColumns(List<ColumnBinding> bindings, int maxBatch) {
        return new TensorFeed() {
            @Override
            public int maxBatch() {
                return maxBatch;
            }

            @Override
            public void feed(Rows rows, BiConsumer<String, Tensor> taker) {
                for (ColumnBinding binding : bindings) {
                    Shape shape = Shape.of(binding.shape(rows.size()));
                    if (binding.type() == ElementType.STRING) {
                        taker.accept(
                                binding.input(), TString.tensorOf(shape, DataBuffers.ofObjects(binding.texts(rows))));
                        continue;
                    }
                    ByteBuffer bytes = bytes(binding.bytes(rows.size()));
                    binding.fill(bytes, rows);
                    taker.accept(binding.input(), tensor(type(binding.type()), shape, bytes));
                }
            }

            @Override
            public long memoryBytes() {
                return bindings.stream()
                        .mapToLong(binding -> 100L * binding.columns().size())
                        .sum();
            }
        };
    }

    static TensorFeed ofFeatures(String input, FittedFeatures features) {
        return new TensorFeed() {
            @Override
            public int maxBatch() {
                return Integer.MAX_VALUE;
            }

            @Override
            public void feed(Rows rows, BiConsumer<String, Tensor> taker) {
                double[] matrix = features.transform(rows);
                ByteBuffer bytes = bytes(Math.multiplyExact(matrix.length, Float.BYTES));
                for (int i = 0; i < matrix.length; i++) {
                    bytes.putFloat(i * Float.BYTES, (float) matrix[i]);
                }
                Shape shape = Shape.of(rows.size(), features.width());
                taker.accept(input, tensor(TFloat32.class, shape, bytes));
            }

            @Override
            public long memoryBytes() {
                return features.memoryBytes();
            }
        };
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    /** From an array: the binding copies a buffer byte by byte. */
    private static Tensor tensor(Class<? extends TType> type, Shape shape, ByteBuffer bytes) {
        return Tensor.of(type, shape, tensor -> tensor.asRawTensor().data().write(bytes.array()));
    }

    private static Class<? extends TType> type(ElementType type) {
        return switch (type) {
            case FLOAT -> TFloat32.class;
            case DOUBLE -> TFloat64.class;
            case INT32 -> TInt32.class;
            case INT64 -> TInt64.class;
            case BOOL -> TBool.class;
            case STRING, INT8, INT16, UINT8, FLOAT16, BFLOAT16, UNKNOWN ->
                throw new ModelFormatException("inputs of type " + type + " are not supported");
        };
    }
}
