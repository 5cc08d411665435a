package io.millrace.registry.card;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A card to keep as the next edition, whole: what is absent is empty.
 *
 * @param expectedRevision absent: whatever there is; a number: only if that is the newest edition
 */
record PutCardRequest(
        @Nullable String owner,
        @Nullable String license,
        @Nullable String libraryName,
        @Nullable String baseModel,
        @Nullable List<String> language,
        @Nullable List<String> tags,
        @Nullable List<String> datasets,
        @Nullable Map<CardSection, String> sections,
        @Nullable String notes,
        @Nullable Integer expectedRevision) {

    ModelCard card() {
        return new ModelCard(
                owner,
                license,
                libraryName,
                baseModel,
                language == null ? List.of() : language,
                tags == null ? List.of() : tags,
                datasets == null ? List.of() : datasets,
                sections == null ? Map.of() : sections,
                notes == null ? "" : notes);
    }
}
