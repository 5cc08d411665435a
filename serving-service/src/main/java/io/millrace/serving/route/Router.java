package io.millrace.serving.route;

import io.millrace.serving.endpoint.Buckets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses the arm for a key. Pure: the same seed, buckets and key give the same arm on every replica, for ever.
 *
 * <p>The bucket of a key is {@code fnv1a32(decimal(fnv1a32(seed + key))) mod 10000}, over UTF-8. Hashing twice keeps two
 * seeds independent, which a single FNV-1a does not.
 */
public final class Router {

    private static final int OFFSET = 0x811c9dc5;
    private static final int PRIME = 0x01000193;

    private final String seed;
    private final byte[] owner;

    /** @param arms the buckets of each arm, in arm order; at most 127 arms, together every bucket once */
    public Router(String seed, List<Buckets> arms) {
        this.seed = seed;
        this.owner = new byte[Buckets.COUNT];
        Arrays.fill(owner, (byte) -1);
        for (int arm = 0; arm < arms.size(); arm++) {
            for (Buckets.Range range : arms.get(arm).ranges()) {
                for (int bucket = range.from(); bucket < range.to(); bucket++) {
                    if (owner[bucket] >= 0) {
                        throw new IllegalArgumentException("bucket " + bucket + " belongs to two arms");
                    }
                    owner[bucket] = (byte) arm;
                }
            }
        }
        for (int bucket = 0; bucket < owner.length; bucket++) {
            if (owner[bucket] < 0) {
                throw new IllegalArgumentException("bucket " + bucket + " belongs to no arm");
            }
        }
    }

    /** Index of the arm whose buckets hold the key. */
    public int choose(String key) {
        return owner[bucket(seed, key)];
    }

    /** The bucket of a key, 0..9999. */
    public static int bucket(String seed, String key) {
        int first = fnv1a32(seed + key);
        return Integer.remainderUnsigned(fnv1a32(Integer.toUnsignedString(first)), Buckets.COUNT);
    }

    /** The 32 bit FNV-1a hash of the text's UTF-8 bytes, to be read as unsigned. */
    static int fnv1a32(String text) {
        int hash = OFFSET;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * PRIME;
        }
        return hash;
    }
}
