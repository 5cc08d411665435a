package io.millrace.monitoring.monitor;

import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.monitoring.monitor.Monitor.DriftLimits;
import io.millrace.monitoring.monitor.Monitor.QualityLimit;
import io.millrace.monitoring.monitor.Monitor.RetrainMode;
import io.millrace.statistics.metric.Metric;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A monitor as it is sent. All but {@code model} has a default. */
record MonitorRequest(
        @Nullable String model,
        @Nullable String pipeline,
        @Nullable String window,
        @Nullable String lateness,
        @Nullable String idle,
        @Nullable Integer minRows,
        @Nullable Psi psi,
        @Nullable Double driftShare,
        @Nullable Double ksAlpha,
        @Nullable Double nullRate,
        @Nullable Quality quality,
        @Nullable Retrain retrain,
        @Nullable Integer windowsToFire) {

    record Psi(@Nullable Double warn, @Nullable Double fire) {}

    record Quality(@Nullable String metric, @Nullable Double limit) {}

    record Retrain(@Nullable String mode, @Nullable String cooldown) {}

    /** The monitor it describes, with defaults; throws one error that names every bad field. */
    Monitor toMonitor(String endpoint) {
        Reader reader = new Reader();
        String modelName = reader.text("model", model);
        Duration width = reader.duration("window", window, Duration.ofDays(1), Duration.ofSeconds(1));
        Duration late = reader.duration("lateness", lateness, Duration.ofMinutes(1), Duration.ZERO);
        Duration quiet = reader.duration("idle", idle, Duration.ofMinutes(5), Duration.ofSeconds(1));
        int rows = (int) reader.between("minRows", minRows == null ? 200 : minRows, 1, 10_000_000);
        double warn = reader.between("psi/warn", psi == null || psi.warn() == null ? 0.1 : psi.warn(), 0, 100);
        double fire = reader.between("psi/fire", psi == null || psi.fire() == null ? 0.25 : psi.fire(), 0, 100);
        if (fire < warn) {
            reader.error("psi/fire", "must be at least psi.warn, " + warn);
        }
        double share = reader.between("driftShare", driftShare == null ? 0.25 : driftShare, 0.001, 1);
        double alpha = reader.between("ksAlpha", ksAlpha == null ? 0.01 : ksAlpha, 1e-9, 0.5);
        double nulls = reader.between("nullRate", nullRate == null ? 0.2 : nullRate, 0.001, 1);
        QualityLimit limit = reader.quality(quality);
        RetrainMode mode = reader.mode(retrain == null ? null : retrain.mode());
        Duration cooldown = reader.duration(
                "retrain/cooldown", retrain == null ? null : retrain.cooldown(), Duration.ofDays(1), Duration.ZERO);
        if (mode == RetrainMode.AUTO && (pipeline == null || pipeline.isBlank())) {
            reader.error("pipeline", "must be named when retrain.mode is auto");
        }
        int toFire = (int) reader.between("windowsToFire", windowsToFire == null ? 1 : windowsToFire, 1, 100);
        reader.throwIfAny();
        DriftLimits limits = new DriftLimits(warn, fire, share, alpha, nulls);
        return new Monitor(
                endpoint, modelName, pipeline, width, late, quiet, rows, limits, limit, mode, cooldown, toFire, 1);
    }

    /** Reads fields and keeps every complaint, so that a caller can mend all of them at once. */
    private static final class Reader {
        private final List<FieldError> errors = new ArrayList<>();

        void error(String field, String message) {
            errors.add(new FieldError("/" + field, message));
        }

        String text(String field, @Nullable String value) {
            if (value == null || value.isBlank() || value.length() > 256) {
                error(field, "must be 1 to 256 characters");
                return "";
            }
            return value;
        }

        double between(String field, double value, double min, double max) {
            if (!(value >= min && value <= max)) {
                error(field, "must be between " + number(min) + " and " + number(max) + ", is " + number(value));
            }
            return value;
        }

        private static String number(double value) {
            return value == Math.rint(value) && Math.abs(value) < 1e15
                    ? Long.toString((long) value)
                    : Double.toString(value);
        }

        Duration duration(String field, @Nullable String value, Duration byDefault, Duration min) {
            if (value == null) {
                return byDefault;
            }
            try {
                Duration duration = Duration.parse(value);
                if (duration.compareTo(min) < 0 || duration.compareTo(Duration.ofDays(366)) > 0) {
                    error(field, "must be between " + min + " and P366D, is " + value);
                }
                return duration;
            } catch (DateTimeException e) {
                error(field, "must be an ISO-8601 duration such as PT1H or P7D, is '" + value + "'");
                return byDefault;
            }
        }

        @Nullable
        QualityLimit quality(@Nullable Quality quality) {
            if (quality == null) {
                return null;
            }
            String metric = text("quality/metric", quality.metric());
            if (!metric.isEmpty() && Metric.find(metric).isEmpty()) {
                error("quality/metric", "is not a known metric: '" + metric + "'");
            }
            if (quality.limit() == null || !Double.isFinite(quality.limit())) {
                error("quality/limit", "must be a number");
                return null;
            }
            return new QualityLimit(metric, quality.limit());
        }

        RetrainMode mode(@Nullable String mode) {
            if (mode == null) {
                return RetrainMode.SUGGEST;
            }
            for (RetrainMode known : RetrainMode.values()) {
                if (known.name().toLowerCase(Locale.ROOT).equals(mode)) {
                    return known;
                }
            }
            error("retrain/mode", "must be off, suggest or auto, is '" + mode + "'");
            return RetrainMode.OFF;
        }

        void throwIfAny() {
            if (!errors.isEmpty()) {
                throw PlatformException.invalid(errors);
            }
        }
    }
}
