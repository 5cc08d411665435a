package io.millrace.monitoring.drift;

import java.util.List;

/**
 * What a comparison of two profiles found.
 *
 * @param driftedColumns input columns whose PSI is at or over the firing limit, worst first
 * @param comparedColumns how many input columns were compared
 * @param predictionDrifted whether the score's own distribution drifted
 * @param nullColumns columns with more nulls than allowed and than the reference had
 */
public record DriftReport(
        WindowState state,
        List<ColumnMeasure> measures,
        List<String> driftedColumns,
        int comparedColumns,
        boolean predictionDrifted,
        List<String> nullColumns) {

    /** A report that decides nothing. */
    public static DriftReport undecided(WindowState state) {
        return new DriftReport(state, List.of(), List.of(), 0, false, List.of());
    }

    /** Share of compared columns that drifted, 0 when none was compared. */
    public double share() {
        return comparedColumns == 0 ? 0 : (double) driftedColumns.size() / comparedColumns;
    }
}
