package io.millrace.formats.torchscript;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.tensor.ElementType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One module in libtorch. {@link #forward} may run on several threads at once, as long as the model's own code changes no
 * state; {@link #close} only after all have ended.
 */
final class TorchModule implements AutoCloseable {

    /** Graph, executor and DJL's handles: a small model grew the process by 0.8 MiB. */
    private static final long MODULE_BYTES = 1L << 20;

    private static final int LONGEST_REASON = 300;

    private final NDManager manager;
    private final PtSymbolBlock block;
    private final long archiveBytes;

    private TorchModule(NDManager manager, PtSymbolBlock block, long archiveBytes) {
        this.manager = manager;
        this.block = block;
        this.archiveBytes = archiveBytes;
    }

    /** An output of a run, whose first dimension is the rows. */
    @SuppressWarnings("ArrayRecordComponent")
    record Tensor(@Nullable String name, ElementType type, long[] shape, double[] values) {}

    /** @throws ModelFormatException when libtorch cannot read the archive, or is not there */
    static TorchModule load(byte[] archive, LoadOptions options) {
        NDManager manager = TorchEngine.get(options).newBaseManager(Device.cpu());
        try {
            PtSymbolBlock block =
                    JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
            // Dropout and normalisation must not go on training.
            JniUtils.enableInferenceMode(block);
            return new TorchModule(manager, block, archive.length);
        } catch (EngineException | IOException e) {
            manager.close();
            throw new ModelFormatException("libtorch cannot load the model: " + reason(e), e);
        }
    }

    /** What is made of this module; closes it when nothing is. */
    LoadedModel use(Supplier<LoadedModel> assembly) {
        LoadedModel model = null;
        try {
            model = assembly.get();
            return model;
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException("the model folder is not consistent: " + e.getMessage(), e);
        } finally {
            if (model == null) {
                close();
            }
        }
    }

    /**
     * Runs the model.
     *
     * @param values read in place, so they must not change before this returns
     */
    List<Tensor> forward(ByteBuffer values, ElementType type, long[] shape) {
        try (NDManager run = manager.newSubManager()) {
            PtNDArray input = (PtNDArray) run.create(values, new Shape(shape), dataType(type));
            try (IValue argument = IValue.from(input);
                    IValue answer = IValueUtils.forward(block, new IValue[] {argument})) {
                NDList outputs = answer.toNDList((PtNDManager) run);
                List<Tensor> tensors = new ArrayList<>(outputs.size());
                for (NDArray output : outputs) {
                    tensors.add(read(output));
                }
                return tensors;
            }
        } catch (EngineException | UnsupportedOperationException e) {
            throw new ModelFormatException("libtorch cannot run the model: " + reason(e), e);
        }
    }

    private static DataType dataType(ElementType type) {
        return switch (type) {
            case DOUBLE -> DataType.FLOAT64;
            case INT64 -> DataType.INT64;
            default -> DataType.FLOAT32;
        };
    }

    private static Tensor read(NDArray output) {
        ByteBuffer bytes = output.toByteBuffer().order(ByteOrder.nativeOrder());
        double[] values = new double[Math.toIntExact(output.getShape().size())];
        ElementType type = switch (output.getDataType()) {
            case FLOAT32 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = bytes.getFloat();
                }
                yield ElementType.FLOAT;
            }
            case FLOAT64 -> {
                bytes.asDoubleBuffer().get(values);
                yield ElementType.DOUBLE;
            }
            case INT64 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = bytes.getLong();
                }
                yield ElementType.INT64;
            }
            case INT32 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = bytes.getInt();
                }
                yield ElementType.INT32;
            }
            case BOOLEAN -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = bytes.get();
                }
                yield ElementType.BOOL;
            }
            default -> throw new ModelFormatException("outputs of type " + output.getDataType() + " are not supported");
        };
        return new Tensor(output.getName(), type, output.getShape().getShape(), values);
    }

    /** libtorch's first line: what follows is the trace of its own code. */
    private static String reason(Exception e) {
        String text = String.valueOf(e.getMessage());
        String traceback = "RuntimeError: ";
        int at = text.lastIndexOf(traceback);
        String best = (at < 0 ? text : text.substring(at + traceback.length()))
                .lines()
                .findFirst()
                .orElse(text);
        return best.length() > LONGEST_REASON ? best.substring(0, LONGEST_REASON) : best;
    }

    long memoryBytes() {
        return MODULE_BYTES + archiveBytes;
    }

    @Override
    public void close() {
        block.close();
        manager.close();
    }
}
