package io.millrace.runtime.tree;

/** What a booster adds up before its link function. Immutable and safe for concurrent use. */
public sealed interface Margins permits Forest, LinearMargins {

    /** Features of a row. */
    int width();

    /** Margins of a row. */
    int outputs();

    /**
     * Adds each row's margins.
     *
     * @param matrix row-major, {@code rows * width()}; NaN is missing
     * @param margins row-major, {@code rows * outputs()}
     */
    void add(double[] matrix, int rows, double[] margins);

    /** An estimate of the memory held, in bytes. */
    long memoryBytes();
}
