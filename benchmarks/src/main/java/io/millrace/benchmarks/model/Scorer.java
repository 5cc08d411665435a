package io.millrace.benchmarks.model;

import io.millrace.runtime.spi.Rows;

/** A model in one of its forms. */
@FunctionalInterface
interface Scorer {

    /** Makes ready what the form reads of some rows; to score them is all that is left. */
    Scoring of(Rows rows);

    /** The same rows, again and again. */
    @FunctionalInterface
    interface Scoring {

        /** Row-major: as many numbers for each row as the form gives. */
        double[] run();
    }
}
