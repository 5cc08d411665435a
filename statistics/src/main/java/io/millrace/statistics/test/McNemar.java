package io.millrace.statistics.test;

import io.millrace.statistics.interval.Interval;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Exact test that two classifiers have the same accuracy on the same rows.
 *
 * @param lost rows the champion has right and the candidate wrong
 * @param won rows the candidate has right and the champion wrong
 * @param pValue exact, two-sided; 1 when the models never disagree
 * @param midPValue two-sided mid-p: less conservative
 * @param superiorPValue exact, one-sided, against "the candidate is not better"
 */
public record McNemar(long lost, long won, double pValue, double midPValue, double superiorPValue) {

    /** From the counts of rows on which the two disagree; their sum must fit an int. */
    public static McNemar of(long lost, long won) {
        if (lost < 0 || won < 0) {
            throw new IllegalArgumentException("lost, won: must not be negative");
        }
        int disagreements = Math.toIntExact(lost + won);
        if (disagreements == 0) {
            return new McNemar(lost, won, 1, 1, 1);
        }
        BinomialDistribution fair = BinomialDistribution.of(disagreements, 0.5);
        int smaller = (int) Math.min(lost, won);
        double tail = fair.cumulativeProbability(smaller);
        double two = Math.min(1, 2 * tail);
        // Half of the middle term when both counts are equal: Fagerland, Lydersen and Laake (2013).
        double mid = lost == won ? 1 - fair.probability(smaller) / 2 : 2 * tail - fair.probability(smaller);
        return new McNemar(lost, won, two, mid, fair.survivalProbability((int) won - 1));
    }

    /** Counts the disagreements of two sets of predicted classes with the truth. */
    public static McNemar of(double[] truth, double[] candidate, double[] champion) {
        if (truth.length != candidate.length || truth.length != champion.length) {
            throw new IllegalArgumentException("truth, candidate, champion: differ in length");
        }
        long lost = 0;
        long won = 0;
        for (int i = 0; i < truth.length; i++) {
            boolean candidateRight = candidate[i] == truth[i];
            boolean championRight = champion[i] == truth[i];
            if (championRight && !candidateRight) {
                lost++;
            } else if (candidateRight && !championRight) {
                won++;
            }
        }
        return of(lost, won);
    }

    /**
     * Wald interval of the accuracy difference, candidate minus champion.
     *
     * @param rows all rows, disagreements or not
     */
    public Interval difference(long rows, double confidence) {
        if (rows < lost + won || rows == 0) {
            throw new IllegalArgumentException("rows: " + rows + " with " + (lost + won) + " disagreements");
        }
        double difference = (double) (won - lost) / rows;
        double spread = lost + won - (double) (won - lost) * (won - lost) / rows;
        return Interval.normal(difference, Math.sqrt(Math.max(0, spread)) / rows, confidence);
    }
}
