package io.millrace.registry.card;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model card as people edit it. What is measured is not in it: it comes from the version.
 *
 * @param license SPDX identifier or Hugging Face key, such as {@code apache-2.0}
 * @param baseModel what it was trained further from
 * @param sections text by section, as Markdown; the keys are those of {@link CardSection}
 * @param notes what stands outside of the known sections, as Markdown
 */
public record ModelCard(
        @Nullable String owner,
        @Nullable String license,
        @Nullable String libraryName,
        @Nullable String baseModel,
        List<String> language,
        List<String> tags,
        List<String> datasets,
        Map<CardSection, String> sections,
        String notes) {

    public ModelCard {
        language = List.copyOf(language);
        tags = List.copyOf(tags);
        datasets = List.copyOf(datasets);
        sections = Map.copyOf(sections);
    }

    String section(CardSection section) {
        return sections.getOrDefault(section, "");
    }
}
