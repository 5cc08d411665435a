package io.millrace.serving.openinference.grpc;

import com.google.protobuf.ByteString;
import io.millrace.common.error.PlatformException;
import io.millrace.openinference.InferTensorContents;
import io.millrace.openinference.ModelInferRequest;
import io.millrace.openinference.ModelInferRequest.InferInputTensor;
import io.millrace.serving.inference.InferenceInputs;
import io.millrace.serving.openinference.tensor.BinaryPart;
import io.millrace.serving.openinference.tensor.BinaryTensors;
import io.millrace.serving.openinference.tensor.Datatype;
import io.millrace.serving.openinference.tensor.FlatTensors.FlatTensor;
import io.millrace.serving.openinference.tensor.InputTensor;
import io.millrace.serving.openinference.tensor.TensorInputs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the tensors of a gRPC request. */
final class GrpcInputs {

    private GrpcInputs() {}

    static InferenceInputs of(ModelInferRequest request) {
        InferenceInputs quick = quick(request);
        return quick == null ? thorough(request) : quick;
    }

    /** Raw tensors where they lie; null for any that need to be told what is wrong with them, and for typed contents. */
    private static @Nullable InferenceInputs quick(ModelInferRequest request) {
        int count = request.getInputsCount();
        if (count == 0 || request.getRawInputContentsCount() != count) {
            return null;
        }
        List<FlatTensor> tensors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            InferInputTensor given = request.getInputs(i);
            FlatTensor tensor = given.hasContents()
                    ? null
                    : BinaryTensors.tensor(
                            given.getName(),
                            given.getDatatype(),
                            given.getShapeList(),
                            request.getRawInputContents(i).asReadOnlyByteBuffer());
            if (tensor == null) {
                return null;
            }
            tensors.add(tensor);
        }
        return BinaryTensors.of(tensors, () -> thorough(request));
    }

    private static TensorInputs thorough(ModelInferRequest request) {
        if (request.getInputsCount() == 0) {
            throw PlatformException.invalid("", "inputs must hold a tensor at least");
        }
        boolean raw = request.getRawInputContentsCount() > 0;
        if (raw && request.getRawInputContentsCount() != request.getInputsCount()) {
            throw PlatformException.invalid(
                    "",
                    "raw_input_contents has " + request.getRawInputContentsCount() + " entries for "
                            + request.getInputsCount() + " inputs");
        }
        List<InputTensor> tensors = new ArrayList<>(request.getInputsCount());
        for (int i = 0; i < request.getInputsCount(); i++) {
            InferInputTensor given = request.getInputs(i);
            if (given.getName().isEmpty()) {
                throw PlatformException.invalid("", "inputs[" + i + "] needs a name");
            }
            String place = InputTensor.place(given.getName());
            Datatype datatype = InputTensor.datatype(given.getDatatype(), place);
            int[] shape = InputTensor.shape(given.getShapeList(), place);
            if (raw && given.hasContents()) {
                throw PlatformException.invalid("", place + "has contents beside raw_input_contents");
            }
            tensors.add(
                    raw
                            ? raw(given.getName(), datatype, shape, request.getRawInputContents(i), place)
                            : InputTensor.of(
                                    given.getName(), datatype, shape, typed(datatype, given.getContents(), place)));
        }
        return TensorInputs.of(tensors);
    }

    private static InputTensor raw(String name, Datatype datatype, int[] shape, ByteString bytes, String place) {
        List<@Nullable Object> data = BinaryPart.of(bytes.asReadOnlyByteBuffer())
                .take(datatype, (long) shape[0] * shape[1], bytes.size(), place);
        return new InputTensor(name, datatype, shape[0], shape[1], data);
    }

    private static List<@Nullable Object> typed(Datatype datatype, InferTensorContents contents, String place) {
        return switch (datatype) {
            case BOOL -> new ArrayList<>(contents.getBoolContentsList());
            case INT8, INT16, INT32 -> new ArrayList<>(contents.getIntContentsList());
            case INT64 -> new ArrayList<>(contents.getInt64ContentsList());
            case UINT8, UINT16, UINT32 ->
                new ArrayList<>(contents.getUintContentsList().stream()
                        .map(Integer::toUnsignedLong)
                        .toList());
            case UINT64 ->
                new ArrayList<>(contents.getUint64ContentsList().stream()
                        .map(BinaryPart::unsigned)
                        .toList());
            case FP32 ->
                new ArrayList<>(contents.getFp32ContentsList().stream()
                        .map(Float::doubleValue)
                        .toList());
            case FP64 -> new ArrayList<>(contents.getFp64ContentsList());
            case BYTES -> texts(contents, place);
            case FP16, BF16 ->
                throw PlatformException.invalid("", place + datatype + " is only taken in raw_input_contents");
        };
    }

    private static List<@Nullable Object> texts(InferTensorContents contents, String place) {
        List<@Nullable Object> texts = new ArrayList<>(contents.getBytesContentsCount());
        for (ByteString text : contents.getBytesContentsList()) {
            texts.add(BinaryPart.utf8(text.asReadOnlyByteBuffer(), place));
        }
        return texts;
    }
}
