package io.millrace.serving.inference;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ids of predictions: UUIDs of version 7, which begin with the time, so that new rows lie together in the index. They are
 * names, not secrets: 74 bits of a fast random source keep them apart.
 */
final class PredictionIds {

    private PredictionIds() {}

    static UUID next(long epochMillis) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (epochMillis << 16) | 0x7000 | (random.nextLong() & 0x0fff);
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
