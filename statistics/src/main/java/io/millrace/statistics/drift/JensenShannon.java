package io.millrace.statistics.drift;

/** Jensen-Shannon divergence and distance, in nats. */
public final class JensenShannon {

    private JensenShannon() {}

    /** Square root of {@link #divergence}: in [0, 0.8326]. Times 1.2011 it is the base 2 distance. */
    public static double distance(long[] reference, long[] current) {
        return Math.sqrt(divergence(reference, current));
    }

    /** Distance over the union of categories; nulls are left out. */
    public static double distance(Categories reference, Categories current) {
        long[][] aligned = Categories.align(reference, current);
        return distance(aligned[0], aligned[1]);
    }

    /** Divergence of the shares of two count vectors over the same bins: in [0, ln 2]. */
    public static double divergence(long[] reference, long[] current) {
        Counts.requireSameBins(reference, current);
        double[] p = Counts.shares(reference);
        double[] q = Counts.shares(current);
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            double middle = (p[i] + q[i]) / 2;
            sum += term(p[i], middle) + term(q[i], middle);
        }
        return Math.max(0, sum / 2);
    }

    private static double term(double share, double middle) {
        return share == 0 ? 0 : share * Math.log(share / middle);
    }
}
