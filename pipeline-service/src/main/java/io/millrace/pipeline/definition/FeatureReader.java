package io.millrace.pipeline.definition;

import io.millrace.runtime.feature.DatePart;
import io.millrace.runtime.feature.FeatureSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the {@code features} list: each item is a map with one rule. */
final class FeatureReader {

    private static final int CATEGORIES = FeatureSpec.OneHot.DEFAULT_CATEGORIES;
    private static final List<String> RULES =
            List.of("numeric", "impute", "standardise", "log1p", "onehot", "bin", "datetime", "cyclic", "drop");

    private FeatureReader() {}

    static List<FeatureSpec> read(YamlNode list) {
        List<FeatureSpec> specs = new ArrayList<>();
        for (YamlNode item : list.items()) {
            if (!item.expectMap()) {
                continue;
            }
            if (item.entries().size() != 1) {
                item.error("must be a map with one rule, such as 'onehot: [carrier]'");
                continue;
            }
            Map.Entry<String, YamlNode> rule =
                    item.entries().entrySet().iterator().next();
            try {
                specs.addAll(rule(rule.getKey(), rule.getValue(), item));
            } catch (IllegalArgumentException e) {
                item.error(String.valueOf(e.getMessage()));
            }
        }
        return specs;
    }

    private static List<FeatureSpec> rule(String name, YamlNode value, YamlNode item) {
        return switch (name) {
            case "numeric" ->
                columns(value).stream()
                        .<FeatureSpec>map(c -> new FeatureSpec.Numeric(c, false, false))
                        .toList();
            case "impute" -> impute(value);
            case "standardise" ->
                columns(value).stream()
                        .<FeatureSpec>map(c -> new FeatureSpec.Numeric(c, true, false))
                        .toList();
            case "log1p" ->
                columns(value).stream()
                        .<FeatureSpec>map(c -> new FeatureSpec.Log1p(c, true, false))
                        .toList();
            case "onehot" -> oneHot(value);
            case "bin" -> bin(value);
            case "datetime" -> datetime(value);
            case "cyclic" -> cyclic(value);
            case "drop" ->
                columns(value).stream().<FeatureSpec>map(FeatureSpec.Drop::new).toList();
            default -> {
                String near = YamlNode.nearest(name, RULES)
                        .map(k -> ", did you mean '" + k + "'?")
                        .orElse("; known are " + String.join(", ", RULES));
                item.error("has no rule '" + name + "'" + near);
                yield List.of();
            }
        };
    }

    private static List<String> columns(YamlNode value) {
        if (!value.isMap()) {
            return value.texts();
        }
        List<String> columns = value.need("columns").map(YamlNode::texts).orElse(List.of());
        value.noOtherKeys();
        return columns;
    }

    private static List<FeatureSpec> impute(YamlNode value) {
        boolean indicator = false;
        List<String> columns;
        if (value.isMap()) {
            columns = value.need("columns").map(YamlNode::texts).orElse(List.of());
            value.find("strategy").ifPresent(s -> {
                if (!s.text().equals("median")) {
                    s.error("must be median, is '" + s.text() + "'");
                }
            });
            indicator = value.find("indicator").map(YamlNode::flag).orElse(false);
            value.noOtherKeys();
        } else {
            columns = value.texts();
        }
        boolean marked = indicator;
        return columns.stream()
                .<FeatureSpec>map(c -> new FeatureSpec.Numeric(c, false, marked))
                .toList();
    }

    private static List<FeatureSpec> oneHot(YamlNode value) {
        if (!value.isMap()) {
            return value.texts().stream()
                    .<FeatureSpec>map(c -> new FeatureSpec.OneHot(c, CATEGORIES, true))
                    .toList();
        }
        List<String> columns = value.need("columns").map(YamlNode::texts).orElse(List.of());
        int max = value.find("maxCategories").map(n -> (int) n.whole(1, 1000)).orElse(CATEGORIES);
        boolean other = value.find("other").map(YamlNode::flag).orElse(true);
        value.noOtherKeys();
        return columns.stream()
                .<FeatureSpec>map(c -> new FeatureSpec.OneHot(c, max, other))
                .toList();
    }

    private static List<FeatureSpec> bin(YamlNode value) {
        List<String> columns =
                value.isMap() ? value.need("columns").map(YamlNode::texts).orElse(List.of()) : value.texts();
        int bins = value.isMap()
                ? value.find("bins").map(n -> (int) n.whole(2, 256)).orElse(10)
                : 10;
        if (value.isMap()) {
            value.noOtherKeys();
        }
        return columns.stream()
                .<FeatureSpec>map(c -> new FeatureSpec.Bin(c, bins))
                .toList();
    }

    private static List<FeatureSpec> datetime(YamlNode value) {
        if (!value.expectMap()) {
            return List.of();
        }
        String column = value.need("column").map(YamlNode::text).orElse("");
        List<DatePart> parts = value.need("parts").map(FeatureReader::parts).orElse(List.of());
        boolean cyclic = value.find("cyclic").map(YamlNode::flag).orElse(false);
        String zone = value.find("zone").map(YamlNode::text).orElse("UTC");
        value.noOtherKeys();
        return parts.isEmpty() ? List.of() : List.of(new FeatureSpec.Datetime(column, parts, cyclic, zone));
    }

    private static List<FeatureSpec> cyclic(YamlNode value) {
        List<FeatureSpec> specs = new ArrayList<>();
        if (value.expectMap()) {
            value.entries().forEach((column, list) -> {
                List<DatePart> parts = parts(list);
                if (!parts.isEmpty()) {
                    specs.add(new FeatureSpec.Datetime(column, parts, true, "UTC"));
                }
            });
        }
        return specs;
    }

    private static List<DatePart> parts(YamlNode list) {
        List<DatePart> parts = new ArrayList<>();
        for (String text : list.texts()) {
            try {
                parts.add(DatePart.valueOf(text.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                list.error("has no date part '" + text + "'");
            }
        }
        return parts;
    }
}
