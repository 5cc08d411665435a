package io.millrace.serving.endpoint;

import io.millrace.serving.policy.Routing;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A name that applications call, and how its requests are spread.
 *
 * @param revision grows by one with every change
 * @param salt random, so that the keys of two endpoints are spread independently
 * @param stickyKey name of the input column whose value is the key when a request gives none; null: a random key
 * @param logSample share of rows that are logged, 0..1
 * @param redact input columns whose values are neither logged nor shown in errors
 * @param routing how requests are assigned and guarded beyond the weights
 * @param arms in the order given; buckets of primary arms cover 0..9999
 */
public record Endpoint(
        String name,
        long revision,
        String salt,
        @Nullable String stickyKey,
        @Nullable Decision decision,
        double logSample,
        List<String> redact,
        Routing routing,
        List<Arm> arms,
        Instant createdAt,
        Instant updatedAt) {

    public Endpoint {
        redact = List.copyOf(redact);
        arms = List.copyOf(arms);
    }

    /** What is hashed before the key: {@code <salt>:<endpoint>}. */
    public String seed() {
        return salt + ":" + name;
    }
}
