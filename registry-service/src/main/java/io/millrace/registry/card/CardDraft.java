package io.millrace.registry.card;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.registry.model.ModelVersion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the registry can say of a version by itself. */
final class CardDraft {

    private CardDraft() {}

    static ModelCard of(ModelVersion version) {
        JsonNode provenance = version.provenance();
        Map<CardSection, String> sections = new EnumMap<>(CardSection.class);
        if (provenance.hasNonNull("pipeline")) {
            sections.put(CardSection.TRAINING_DATA, trainingData(provenance));
        }
        List<String> evaluation = new ArrayList<>();
        if (!version.description().isBlank()) {
            evaluation.add(version.description().strip() + "\n");
        }
        for (JsonNode gate : provenance.path("gates")) {
            evaluation.add("- %s: %s, %s"
                    .formatted(
                            gate.path("rule").asText(),
                            gate.path("result").asText(),
                            gate.path("reason").asText()));
        }
        if (!evaluation.isEmpty()) {
            sections.put(CardSection.EVALUATION, String.join("\n", evaluation).strip());
        }
        return new ModelCard(
                null,
                null,
                version.format(),
                null,
                List.of(),
                version.tags().keySet().stream().sorted().toList(),
                provenance.hasNonNull("data") ? List.of(provenance.path("data").asText()) : List.of(),
                sections,
                "");
    }

    private static String trainingData(JsonNode provenance) {
        return "Trained by the pipeline `%s` on the data snapshot `%s`, as of %s, split into `%s`%s to train and `%s`%s to test."
                .formatted(
                        provenance.path("pipeline").asText(),
                        provenance.path("data").asText(),
                        provenance.path("asOf").asText(),
                        provenance.path("train").asText(),
                        rows(provenance.path("trainRows")),
                        provenance.path("test").asText(),
                        rows(provenance.path("testRows")));
    }

    private static String rows(JsonNode count) {
        return count.isNumber() ? " (" + count.asLong() + " rows)" : "";
    }

    /** The columns that a model reads, as its signature declares them; none when it has no signature. */
    static List<CardColumn> columns(JsonNode signature) {
        List<CardColumn> columns = new ArrayList<>();
        for (JsonNode input : signature.path("inputs")) {
            columns.add(new CardColumn(
                    input.path("name").asText(),
                    input.path("type").asText(),
                    !input.path("nullable").asBoolean()));
        }
        return columns;
    }
}
