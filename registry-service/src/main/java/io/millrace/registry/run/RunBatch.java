package io.millrace.registry.run;

import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is logged to a run in one go. It cannot exist with keys or values that the store would not keep.
 *
 * @param modelMetrics those of the metrics that were measured on a logged model
 */
public record RunBatch(
        List<Metric> metrics, Map<String, String> params, Map<String, String> tags, List<ModelMetric> modelMetrics) {

    private static final int MAX_KEY = 250;
    private static final int MAX_PARAM = 6000;
    private static final int MAX_TAG = 8000;
    private static final int MAX_METRICS = 1000;
    private static final int MAX_PAIRS = 100;
    private static final Pattern KEY = Pattern.compile("[\\p{L}\\p{N}_\\-./: ]+");

    public RunBatch {
        metrics = List.copyOf(metrics);
        params = Map.copyOf(params);
        tags = Map.copyOf(tags);
        modelMetrics = List.copyOf(modelMetrics);
        List<FieldError> errors = new ArrayList<>();
        limit(errors, "metrics", metrics.size(), MAX_METRICS);
        limit(errors, "params", params.size(), MAX_PAIRS);
        limit(errors, "tags", tags.size(), MAX_PAIRS);
        if (metrics.size() + params.size() + tags.size() > MAX_METRICS) {
            errors.add(new FieldError("", "A batch logging request can contain at most " + MAX_METRICS + " items"));
        }
        for (int i = 0; i < metrics.size(); i++) {
            Metric metric = metrics.get(i);
            key(errors, "metrics[" + i + "].key", metric.key());
            if (metric.timestampMs() < 0) {
                errors.add(new FieldError("/metrics[" + i + "].timestamp", "must not be negative"));
            }
        }
        params.forEach((key, value) -> {
            key(errors, "params/" + key, key);
            length(errors, "params/" + key, value, MAX_PARAM);
        });
        tags.forEach((key, value) -> {
            key(errors, "tags/" + key, key);
            length(errors, "tags/" + key, value, MAX_TAG);
        });
        if (!errors.isEmpty()) {
            throw PlatformException.invalid(errors);
        }
    }

    /** Whether it holds points and nothing else. */
    boolean onlyMetrics() {
        return !metrics.isEmpty() && params.isEmpty() && tags.isEmpty() && modelMetrics.isEmpty();
    }

    private static void limit(List<FieldError> errors, String field, int size, int max) {
        if (size > max) {
            errors.add(new FieldError("/" + field, "can hold at most " + max + " items, has " + size));
        }
    }

    private static void length(List<FieldError> errors, String field, String value, int max) {
        if (value.length() > max) {
            errors.add(new FieldError(
                    "/" + field, "'" + field + "' exceeds the maximum length of " + max + " characters"));
        }
    }

    /** A key may become a path in an export, so it has to be its own normalised form. */
    private static void key(List<FieldError> errors, String field, String key) {
        if (key.isEmpty()) {
            errors.add(new FieldError("/" + field, "Missing value for required parameter '" + field + "'."));
        } else if (key.length() > MAX_KEY) {
            errors.add(new FieldError(
                    "/" + field, "'" + field + "' exceeds the maximum length of " + MAX_KEY + " characters"));
        } else if (!KEY.matcher(key).matches() || !normalised(key)) {
            errors.add(new FieldError(
                    "/" + field,
                    "Invalid value \"" + key + "\" for parameter '" + field + "' supplied: names may hold letters, "
                            + "digits, underscores, dashes, periods, spaces, colons and slashes, and no path tricks"));
        }
    }

    private static boolean normalised(String key) {
        if (key.startsWith("/") || key.endsWith("/") || key.contains("//") || key.equals(".")) {
            return false;
        }
        for (String part : key.split("/", -1)) {
            if (part.equals("..") || part.equals(".")) {
                return false;
            }
        }
        return true;
    }
}
