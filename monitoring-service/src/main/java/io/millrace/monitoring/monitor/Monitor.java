package io.millrace.monitoring.monitor;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is watched for one endpoint.
 *
 * @param pipeline the pipeline that an alert may start; none means the alert only tells people
 * @param window length of one tumbling window, aligned to the epoch
 * @param lateness how far behind the newest event an event may come and still be counted
 * @param idle after this long without traffic the wall clock closes windows
 * @param minRows below this a window is {@code insufficient} and decides nothing
 * @param windowsToFire how many drifted windows in a row open an alert
 */
public record Monitor(
        String endpoint,
        String model,
        @Nullable String pipeline,
        Duration window,
        Duration lateness,
        Duration idle,
        int minRows,
        DriftLimits drift,
        @Nullable QualityLimit quality,
        RetrainMode retrainMode,
        Duration cooldown,
        int windowsToFire,
        long revision) {

    /**
     * @param psiWarn PSI from which a column is a warning
     * @param psiFire PSI from which a column has drifted
     * @param columnShare share of the columns, in (0, 1], that must have drifted for the window to have drifted
     * @param ksAlpha level of the adjusted Kolmogorov-Smirnov and chi-square p-values
     * @param nullRate null rate, in (0, 1], from which a column's nulls are an alert, if the reference had fewer
     */
    public record DriftLimits(double psiWarn, double psiFire, double columnShare, double ksAlpha, double nullRate) {}

    /** The measured {@code metric} may not pass {@code limit} in its bad direction. */
    public record QualityLimit(String metric, double limit) {}

    /** What an alert may start. */
    public enum RetrainMode {
        OFF,
        SUGGEST,
        AUTO
    }
}
