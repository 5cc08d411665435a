package io.millrace.runtime.descriptor;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a regression target before training, and undone on each prediction: {@code (y - mean) / scale} after an
 * optional {@code log1p}. Written as {@code log1p}, {@code standardise(mean,scale)}, or {@code log1p+standardise(..)}.
 */
public record TargetTransform(boolean log1p, double mean, double scale) {

    public static final TargetTransform NONE = new TargetTransform(false, 0, 1);

    private static final Pattern STANDARDISE = Pattern.compile("standardise\\(([^,()]+),([^,()]+)\\)");

    public TargetTransform {
        if (!Double.isFinite(mean) || !Double.isFinite(scale) || scale <= 0) {
            throw new IllegalArgumentException("target transform with mean " + mean + " and scale " + scale);
        }
    }

    /** Reads the text; null is {@link #NONE}; IllegalArgumentException for anything unknown. */
    public static TargetTransform parse(@Nullable String text) {
        if (text == null) {
            return NONE;
        }
        if (text.equals("log1p")) {
            return new TargetTransform(true, 0, 1);
        }
        boolean log = text.startsWith("log1p+");
        String rest = log ? text.substring("log1p+".length()) : text;
        Matcher matcher = STANDARDISE.matcher(rest);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("unknown target transform '" + text + "'");
        }
        return new TargetTransform(log, Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)));
    }

    /** The text form; null for {@link #NONE}. */
    public @Nullable String text() {
        boolean scaled = mean != 0 || scale != 1;
        String standardise = scaled ? String.format(Locale.ROOT, "standardise(%s,%s)", mean, scale) : "";
        if (!log1p) {
            return scaled ? standardise : null;
        }
        return scaled ? "log1p+" + standardise : "log1p";
    }

    /** From the target's unit to the model's. */
    public double apply(double target) {
        return ((log1p ? Math.log1p(target) : target) - mean) / scale;
    }

    /** From the model's unit back to the target's. */
    public double invert(double prediction) {
        double value = prediction * scale + mean;
        return log1p ? Math.expm1(value) : value;
    }
}
