package io.millrace.registry.card;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An edition of a version's card.
 *
 * @param revision 0 for the draft that nobody has edited yet
 * @param metrics measured on the test set when the version was registered; not edited
 * @param columns what the model reads, from its signature; not edited
 * @param missing what a complete card still needs
 */
public record CardRevision(
        String model,
        int version,
        int revision,
        ModelCard card,
        Map<String, Double> metrics,
        List<CardColumn> columns,
        List<String> missing,
        @Nullable String editedBy,
        @Nullable Instant editedAt) {}
