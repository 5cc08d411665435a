package io.millrace.serving.openinference.tensor;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Output;
import io.millrace.serving.inference.Answer;
import io.millrace.serving.inference.Answer.Scored;
import io.millrace.serving.json.JsonText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of an answer: numbers or texts, row-major.
 *
 * @param texts used when {@code numbers} is null; a missing one is empty in binary form and null in JSON
 */
@SuppressWarnings("ArrayRecordComponent")
public record OutputTensor(
        String name,
        Datatype datatype,
        int[] shape,
        double @Nullable [] numbers,
        @Nullable String[] texts) {

    public static final String DECISION = "decision";

    private static final @Nullable String[] NO_TEXTS = {};

    /**
     * The outputs of an answer.
     *
     * @param names those asked for, in the order to give them; empty: all
     */
    public static List<OutputTensor> of(Answer answer, Collection<String> names) {
        List<OutputTensor> tensors = new ArrayList<>(4);
        int rows = answer.prediction().size();
        for (Output output : answer.prediction().outputs()) {
            double[] numbers = answer.prediction().numbers().get(output.name());
            String[] texts = answer.prediction().labels().get(output.name());
            tensors.add(new OutputTensor(
                    output.name(),
                    Datatype.of(output.type()),
                    output.width() == 1 ? new int[] {rows} : new int[] {rows, output.width()},
                    numbers,
                    texts == null ? NO_TEXTS : texts));
        }
        decision(answer, tensors);
        return names.isEmpty()
                ? tensors
                : names.stream().map(name -> asked(name, tensors)).toList();
    }

    private static void decision(Answer answer, List<OutputTensor> tensors) {
        @Nullable String[] decisions = new String[answer.rows().size()];
        boolean any = false;
        for (int row = 0; row < decisions.length; row++) {
            Scored scored = answer.rows().get(row);
            decisions[row] = scored.decision();
            any |= decisions[row] != null;
        }
        if (any) {
            tensors.add(new OutputTensor(DECISION, Datatype.BYTES, new int[] {decisions.length}, null, decisions));
        }
    }

    private static OutputTensor asked(String name, List<OutputTensor> tensors) {
        return tensors.stream()
                .filter(tensor -> tensor.name.equals(name))
                .findFirst()
                .orElseThrow(() -> PlatformException.invalid(
                        "",
                        "no output '" + name + "', known are "
                                + tensors.stream().map(OutputTensor::name).collect(Collectors.joining(", "))));
    }

    /** Writes the elements as a flat list; null where a number is not finite, which JSON cannot say. */
    public void write(JsonText json) {
        json.open('[');
        if (numbers == null) {
            for (String text : texts) {
                json.text(text);
            }
        } else {
            for (double number : numbers) {
                if (datatype == Datatype.FP32) {
                    json.number((float) number);
                } else if (datatype == Datatype.INT64 && Double.isFinite(number)) {
                    json.number((long) number);
                } else {
                    json.number(number);
                }
            }
        }
        json.close(']');
    }

    /** The elements in binary form. */
    public byte[] bytes() {
        if (numbers == null) {
            byte[][] parts = Arrays.stream(texts)
                    .map(text -> Objects.requireNonNullElse(text, "").getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
            ByteBuffer out = little(
                    Arrays.stream(parts).mapToInt(part -> part.length + 4).sum());
            for (byte[] part : parts) {
                out.putInt(part.length).put(part);
            }
            return out.array();
        }
        ByteBuffer out = little(numbers.length * datatype.bytes());
        for (double number : numbers) {
            switch (datatype) {
                case FP32 -> out.putFloat((float) number);
                case INT64 -> out.putLong((long) number);
                default -> out.putDouble(number);
            }
        }
        return out.array();
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
