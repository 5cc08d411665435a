package io.millrace.pipeline.definition;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what a definition says for the card of the versions that it makes. */
final class CardReader {

    /** As the registry names them. What is trained and measured it fills in itself. */
    private static final List<String> FIELDS =
            List.of("owner", "license", "intendedUse", "outOfScope", "limitations", "ethicalConsiderations", "contact");

    private static final int MAX_TEXT = 20_000;

    private CardReader() {}

    static Map<String, String> read(YamlNode node) {
        Map<String, String> card = new TreeMap<>();
        if (!node.expectMap()) {
            return card;
        }
        for (String field : FIELDS) {
            node.find(field).ifPresent(value -> {
                String text = value.text().strip();
                if (text.isEmpty() || text.length() > MAX_TEXT) {
                    value.error("must be 1 to " + MAX_TEXT + " characters");
                }
                card.put(field, text);
            });
        }
        node.noOtherKeys();
        return card;
    }
}
