package io.millrace.serving.route;

import java.util.List;

/**
 * Chooses one of some arms for a key by weighted rendezvous hashing: every arm draws a number from the key, scaled by its
 * weight, and the least wins. Pure, without a stored state and whatever the order of the arms; when one arm's weight grows,
 * keys move to it alone.
 */
final class Split {

    /** An arm's share; {@code index} is what {@link #choose} gives. */
    record Share(String arm, int index, double weight) {}

    private final String seed;
    private final List<Share> shares;

    Split(String seed, List<Share> shares) {
        this.seed = seed;
        this.shares = shares.stream().filter(share -> share.weight > 0).toList();
    }

    int choose(String key) {
        int chosen = 0;
        double least = Double.POSITIVE_INFINITY;
        for (Share share : shares) {
            int hash = Router.fnv1a32(Integer.toUnsignedString(Router.fnv1a32(seed + ":" + share.arm + ":" + key)));
            // Within 0 and 1, neither of them; StrictMath gives every machine the same.
            double drawn = (Integer.toUnsignedLong(hash) + 0.5) / 4294967296.0;
            double distance = -StrictMath.log(drawn) / share.weight;
            if (distance < least) {
                least = distance;
                chosen = share.index;
            }
        }
        return chosen;
    }
}
