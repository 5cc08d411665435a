package io.millrace.registry.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A registered model. */
public record Model(
        String name,
        String description,
        Instant createdAt,
        Instant updatedAt,
        int versions,
        List<AliasTarget> aliases,
        Map<String, String> tags) {

    /** Where one alias points. */
    public record AliasTarget(String alias, int version) {}
}
