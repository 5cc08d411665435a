package io.millrace.serving.ensemble;

import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import io.millrace.serving.policy.Ensemble.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A model made of others. It reads every column that a part reads, each part takes its own. Closing it closes no part: its
 * maker is told and lets go of them.
 */
public final class EnsembleModel implements LoadedModel {

    private final Kind kind;
    private final double sure;
    private final List<Function<Rows, Prediction>> parts;
    private final Signature signature;
    private final boolean remote;
    private final Runnable closed;
    private final AtomicBoolean open = new AtomicBoolean(true);

    /**
     * An ensemble of parts.
     *
     * @param sure of a cascade, 0..1: probability of the likeliest class from which a row is not asked further
     * @param signatures of the parts, in their order
     * @param remote whether a part waits for another machine
     * @param closed run once, when the ensemble is closed
     * @throws IllegalArgumentException saying why the parts do not go together
     */
    public EnsembleModel(
            Kind kind,
            double sure,
            List<Function<Rows, Prediction>> parts,
            List<Signature> signatures,
            boolean remote,
            Runnable closed) {
        this.kind = kind;
        this.sure = sure;
        this.parts = List.copyOf(parts);
        this.signature = Joined.signature(kind, signatures);
        this.remote = remote;
        this.closed = closed;
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public boolean remote() {
        return remote;
    }

    @Override
    public Prediction predict(Rows rows) {
        if (!open.get()) {
            throw new IllegalStateException("the ensemble is closed");
        }
        double[] raw = switch (kind) {
            case AVERAGE -> average(rows);
            case VOTE -> vote(rows);
            case CASCADE -> cascade(rows);
        };
        return Prediction.standard(signature, rows.size(), raw);
    }

    private double[] average(Rows rows) {
        double[] sum = raw(parts.get(0).apply(rows));
        for (Function<Rows, Prediction> part : parts.subList(1, parts.size())) {
            double[] more = raw(part.apply(rows));
            for (int i = 0; i < sum.length; i++) {
                sum[i] += more[i];
            }
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= parts.size();
        }
        return sum;
    }

    /** Shares of the votes; a tie goes to the class that the parts together find more probable. */
    private double[] vote(Rows rows) {
        int width = signature.classes().size();
        double[] votes = new double[rows.size() * width];
        double[] probability = new double[votes.length];
        for (Function<Rows, Prediction> part : parts) {
            double[] raw = raw(part.apply(rows));
            for (int row = 0; row < rows.size(); row++) {
                votes[row * width + likeliest(raw, row, width)] += 1.0 / parts.size();
            }
            for (int i = 0; i < raw.length; i++) {
                probability[i] += raw[i];
            }
        }
        for (int row = 0; row < rows.size(); row++) {
            tie(votes, probability, row, width);
        }
        return votes;
    }

    private static void tie(double[] votes, double[] probability, int row, int width) {
        int first = row * width;
        int best = likeliest(votes, row, width);
        int chosen = best;
        boolean tied = false;
        for (int k = 0; k < width; k++) {
            if (k != best && Math.abs(votes[first + k] - votes[first + best]) < 1e-9) {
                tied = true;
                chosen = probability[first + k] > probability[first + chosen] ? k : chosen;
            }
        }
        if (tied) {
            // A hair more, so that the label follows; far below one vote.
            for (int k = 0; k < width; k++) {
                votes[first + k] += k == chosen ? 1e-9 : -1e-9 / (width - 1);
            }
        }
    }

    private double[] cascade(Rows rows) {
        double[] answer = raw(parts.get(0).apply(rows));
        int width = signature.classes().size();
        int[] asked = IntStream.range(0, rows.size()).toArray();
        for (Function<Rows, Prediction> part : parts.subList(1, parts.size())) {
            int[] unsure = Arrays.stream(asked)
                    .filter(row -> answer[row * width + likeliest(answer, row, width)] < sure)
                    .toArray();
            if (unsure.length == 0) {
                break;
            }
            double[] next = raw(part.apply(rows.pick(unsure)));
            for (int i = 0; i < unsure.length; i++) {
                System.arraycopy(next, i * width, answer, unsure[i] * width, width);
            }
            asked = unsure;
        }
        return answer;
    }

    private static int likeliest(double[] values, int row, int width) {
        int best = 0;
        for (int k = 1; k < width; k++) {
            // The positive class of two wins at a half, as everywhere.
            boolean wins = width == 2
                    ? values[row * width + k] >= values[row * width + best]
                    : values[row * width + k] > values[row * width + best];
            best = wins ? k : best;
        }
        return best;
    }

    /** One number for each class, or the value; always a new array. */
    private double[] raw(Prediction prediction) {
        if (signature.task() == Task.REGRESSION) {
            return prediction.number(Output.PREDICTION).clone();
        }
        double[] given = prediction.number(Output.PROBABILITY);
        if (signature.task() == Task.MULTICLASS) {
            return given.clone();
        }
        double[] both = new double[given.length * 2];
        for (int row = 0; row < given.length; row++) {
            both[row * 2] = 1 - given[row];
            both[row * 2 + 1] = given[row];
        }
        return both;
    }

    @Override
    public long memoryBytes() {
        return 256;
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            closed.run();
        }
    }

    /** The parts, as text for people: {@code average[fraud/3, fraud/4]}. */
    public static String describe(Kind kind, double sure, List<?> versions) {
        List<String> names = new ArrayList<>();
        versions.forEach(version -> names.add(String.valueOf(version)));
        return kind.text() + (kind == Kind.CASCADE ? "(" + sure + ")" : "") + "[" + String.join(", ", names) + "]";
    }
}
