package io.millrace.registry.card;

import io.millrace.common.error.PlatformException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A card as a {@code README.md}: front matter with Hugging Face's keys, a section for each part, and tables of what the model
 * reads and what was measured. Reading what was written gives the same card.
 */
final class CardMarkdown {

    private static final Pattern DOCUMENT =
            Pattern.compile("(?s)\\A\\uFEFF?---\\R(?<yaml>.*?)\\R?---[ \\t]*(?:\\R(?<body>.*))?\\z");
    private static final Pattern HEADING = Pattern.compile("##\\s+(?<text>.+?)\\s*#*\\s*");
    private static final String MEASURED = "Measured";
    private static final String COLUMNS = "Columns";
    private static final int MAX_LENGTH = 1 << 20;

    private CardMarkdown() {}

    static String write(CardRevision revision) {
        ModelCard card = revision.card();
        StringBuilder text = new StringBuilder("---\n");
        text.append(new Dump(DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setWidth(1 << 16)
                        .build())
                .dumpToString(frontMatter(revision)));
        text.append("---\n\n# ")
                .append(revision.model())
                .append(" version ")
                .append(revision.version())
                .append("\n");
        for (CardSection section : CardSection.values()) {
            String content = card.section(section);
            if (!content.isBlank()) {
                text.append("\n## ")
                        .append(section.heading())
                        .append("\n\n")
                        .append(content.strip())
                        .append("\n");
            }
        }
        if (!revision.columns().isEmpty()) {
            text.append("\n## ").append(COLUMNS).append("\n\n| column | type | |\n|---|---|---|\n");
            for (CardColumn column : revision.columns()) {
                text.append("| ")
                        .append(column.name().replace("|", "\\|"))
                        .append(" | ")
                        .append(column.type())
                        .append(column.required() ? " | required |\n" : " | may be missing |\n");
            }
        }
        if (!revision.metrics().isEmpty()) {
            text.append("\n## ").append(MEASURED).append("\n\n| metric | value |\n|---|---|\n");
            new TreeMap<>(revision.metrics())
                    .forEach((name, value) -> text.append("| ")
                            .append(name.replace("|", "\\|"))
                            .append(" | ")
                            .append(value)
                            .append(" |\n"));
        }
        if (!card.notes().isBlank()) {
            text.append("\n## Notes\n\n").append(card.notes().strip()).append("\n");
        }
        return text.toString();
    }

    private static Map<String, Object> frontMatter(CardRevision revision) {
        ModelCard card = revision.card();
        Map<String, Object> front = new LinkedHashMap<>();
        put(front, "license", card.license());
        put(front, "library_name", card.libraryName());
        put(front, "base_model", card.baseModel());
        put(front, "owner", card.owner());
        put(front, "language", card.language());
        put(front, "tags", card.tags());
        put(front, "datasets", card.datasets());
        if (!revision.metrics().isEmpty()) {
            List<Map<String, Object>> measured = new ArrayList<>();
            new TreeMap<>(revision.metrics())
                    .forEach((name, value) -> measured.add(Map.of("type", name, "value", value)));
            put(front, "metrics", List.copyOf(new TreeMap<>(revision.metrics()).keySet()));
            front.put(
                    "model-index",
                    List.of(Map.of("name", revision.model(), "results", List.of(Map.of("metrics", measured)))));
        }
        return front;
    }

    private static void put(Map<String, Object> front, String key, @Nullable Object value) {
        if (value != null && !(value instanceof List<?> list && list.isEmpty())) {
            front.put(key, value);
        }
    }

    /** Reads a card; sections under other headings are kept as notes, and the tables that come from the version are left out. */
    static ModelCard read(String text) {
        if (text.length() > MAX_LENGTH) {
            throw PlatformException.invalid("", "the card is longer than " + MAX_LENGTH + " characters");
        }
        Matcher document = DOCUMENT.matcher(text);
        Map<?, ?> front = Map.of();
        String body = text;
        if (document.matches()) {
            front = yaml(document.group("yaml"));
            body = Optional.ofNullable(document.group("body")).orElse("");
        }
        Map<CardSection, StringBuilder> sections = new EnumMap<>(CardSection.class);
        StringBuilder notes = new StringBuilder();
        StringBuilder current = new StringBuilder();
        boolean fenced = false;
        for (String line : body.split("\\R", -1)) {
            fenced ^= line.startsWith("```");
            Matcher heading = HEADING.matcher(line);
            if (fenced || !heading.matches()) {
                current.append(line).append('\n');
                continue;
            }
            String name = heading.group("text");
            Optional<CardSection> known = CardSection.ofHeading(name);
            if (known.isPresent()) {
                current = sections.computeIfAbsent(known.get(), s -> new StringBuilder());
            } else if (name.equalsIgnoreCase(MEASURED) || name.equalsIgnoreCase(COLUMNS)) {
                current = new StringBuilder();
            } else {
                current = notes;
                if (!name.equalsIgnoreCase("Notes")) {
                    notes.append(line).append('\n');
                }
            }
        }
        Map<CardSection, String> texts = new EnumMap<>(CardSection.class);
        sections.forEach(
                (section, content) -> texts.put(section, content.toString().strip()));
        return new ModelCard(
                text(front, "owner"),
                text(front, "license"),
                text(front, "library_name"),
                text(front, "base_model"),
                texts(front, "language"),
                texts(front, "tags"),
                texts(front, "datasets"),
                texts,
                notes.toString().strip());
    }

    private static Map<?, ?> yaml(String text) {
        try {
            Object loaded = new Load(LoadSettings.builder()
                            .setAllowDuplicateKeys(false)
                            .setMaxAliasesForCollections(10)
                            .setCodePointLimit(MAX_LENGTH)
                            .build())
                    .loadFromString(text);
            if (loaded == null) {
                return Map.of();
            }
            if (loaded instanceof Map<?, ?> map) {
                return map;
            }
        } catch (YamlEngineException e) {
            throw PlatformException.invalid(
                    "",
                    "the front matter is not YAML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        throw PlatformException.invalid("", "the front matter must be a map of keys");
    }

    private static @Nullable String text(Map<?, ?> front, String key) {
        Object value = front.get(key);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        // Hugging Face allows a list of one.
        if (value instanceof List<?> list && list.size() == 1 && list.get(0) instanceof String only) {
            return only;
        }
        throw PlatformException.invalid("/" + key, "must be a text");
    }

    private static List<String> texts(Map<?, ?> front, String key) {
        Object value = front.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof String one) {
            return List.of(one);
        }
        if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(Object::toString).toList();
        }
        throw PlatformException.invalid("/" + key, "must be a list of texts");
    }

    /** The card as a page; HTML in it is shown as text, and links lead to the web and to mail only. */
    static String html(CardRevision revision) {
        String markdown = write(revision);
        String body = markdown.substring(markdown.indexOf("\n---\n") + "\n---\n".length());
        var tables = List.of(TablesExtension.create());
        String content = HtmlRenderer.builder()
                .extensions(tables)
                .escapeHtml(true)
                .sanitizeUrls(true)
                .build()
                .render(Parser.builder().extensions(tables).build().parse(body));
        return "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>Model card</title></head><body>\n"
                        .formatted(Locale.ENGLISH.getLanguage())
                + content
                + "</body></html>\n";
    }
}
