package io.millrace.runtime.tensor;

import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which outputs of a graph answer those of a signature, and the prediction that their values make. Immutable. */
public final class OutputMapping {

    private final Signature signature;
    private final Set<String> requested;

    OutputMapping(Signature signature, List<String> requested) {
        this.signature = signature;
        this.requested = new LinkedHashSet<>(requested);
    }

    /** Only these are computed. */
    public Set<String> requested() {
        return requested;
    }

    /**
     * A prediction of {@code size} rows.
     *
     * @param values {@code double[]} or {@code String[]} by requested output; may be empty for no rows at all
     * @throws ModelFormatException when there are more or fewer values than rows and widths ask for
     */
    public Prediction prediction(Map<String, Object> values, int size, TargetTransform target) {
        if (signature.task() == Task.GENERIC) {
            Map<String, double[]> numbers = new LinkedHashMap<>();
            Map<String, String[]> labels = new LinkedHashMap<>();
            for (Output output : signature.outputs()) {
                if (output.type() == OutputType.STRING) {
                    labels.put(
                            output.name(), values.get(output.name()) instanceof String[] texts ? texts : new String[0]);
                } else {
                    numbers.put(
                            output.name(), values.get(output.name()) instanceof double[] found ? found : new double[0]);
                }
            }
            return new Prediction(size, signature.outputs(), numbers, labels);
        }
        double[] raw = values.values().stream()
                .findFirst()
                .map(found -> (double[]) found)
                .orElse(new double[0]);
        int classes = signature.classes().size();
        if (signature.task() == Task.REGRESSION) {
            raw = Arrays.stream(raw).map(target::invert).toArray();
        } else if (raw.length == size && classes == 2 && size > 0) {
            double[] both = new double[2 * size];
            for (int row = 0; row < size; row++) {
                both[2 * row] = 1 - raw[row];
                both[2 * row + 1] = raw[row];
            }
            raw = both;
        }
        int width = signature.task() == Task.REGRESSION ? 1 : classes;
        if (raw.length != size * width) {
            throw new ModelFormatException(
                    "the graph gave " + raw.length + " values for " + size + " rows of " + width);
        }
        return Prediction.standard(signature, size, raw);
    }

    /** One array out of those of several runs, in order. */
    public static Object join(Object first, Object second) {
        if (first instanceof double[] numbers) {
            double[] more = (double[]) second;
            double[] joined = Arrays.copyOf(numbers, numbers.length + more.length);
            System.arraycopy(more, 0, joined, numbers.length, more.length);
            return joined;
        }
        String[] more = (String[]) second;
        String[] joined = Arrays.copyOf((String[]) first, ((String[]) first).length + more.length);
        System.arraycopy(more, 0, joined, ((String[]) first).length, more.length);
        return joined;
    }
}
