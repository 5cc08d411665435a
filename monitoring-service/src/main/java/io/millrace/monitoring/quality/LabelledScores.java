package io.millrace.monitoring.quality;

import java.util.Arrays;

/** Truths and scores of one arm and version, growing. Used by one thread. */
final class LabelledScores {

    private double[] truth = new double[1024];
    private double[] score = new double[1024];
    private int size;
    private long rows;

    /** Counts a prediction whose truth is not known. */
    void addUnlabelled() {
        rows++;
    }

    void add(double truthValue, double scoreValue) {
        if (size == truth.length) {
            truth = Arrays.copyOf(truth, size * 2);
            score = Arrays.copyOf(score, size * 2);
        }
        truth[size] = truthValue;
        score[size] = scoreValue;
        size++;
        rows++;
    }

    int labels() {
        return size;
    }

    long rows() {
        return rows;
    }

    double[] truth() {
        return Arrays.copyOf(truth, size);
    }

    double[] score() {
        return Arrays.copyOf(score, size);
    }
}
