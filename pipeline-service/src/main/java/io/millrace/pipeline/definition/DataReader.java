package io.millrace.pipeline.definition;

import io.millrace.pipeline.definition.PipelineSpec.Data;
import io.millrace.pipeline.definition.PipelineSpec.Split;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what a definition says of its data. */
final class DataReader {

    static final Data NONE = new Data("", ",", null, null, "", null, null, Map.of());
    static final Split SPLIT = random(0.15, 0.15, true, 1);

    private DataReader() {}

    /** Where rows come from and what their columns mean. */
    static Data data(YamlNode node, boolean regression) {
        if (!node.expectMap()) {
            return NONE;
        }
        String path = "";
        String delimiter = ",";
        Optional<YamlNode> source = node.need("source").filter(YamlNode::expectMap);
        if (source.isPresent()) {
            Optional<YamlNode> csv = source.get().need("csv");
            if (csv.isPresent() && csv.get().isMap()) {
                path = csv.get().need("path").map(YamlNode::text).orElse("");
                delimiter = csv.get().find("delimiter").map(YamlNode::text).orElse(",");
                if (delimiter.length() != 1) {
                    csv.get().error("needs a delimiter of one character");
                }
                csv.get().noOtherKeys();
            } else {
                path = csv.map(YamlNode::text).orElse("");
            }
            source.get().noOtherKeys();
        }
        String label = "";
        String positive = null;
        Optional<YamlNode> labelNode = node.need("label").filter(YamlNode::expectMap);
        if (labelNode.isPresent()) {
            label = labelNode.get().need("column").map(YamlNode::text).orElse("");
            positive = YamlNode.orNull(labelNode.get().find("positive"));
            if (regression && positive != null) {
                labelNode.get().error("has no positive class in a regression");
            }
            labelNode.get().noOtherKeys();
        }
        String time = YamlNode.orNull(node.find("time"));
        Duration window = null;
        Optional<YamlNode> windowNode = node.find("window").filter(YamlNode::expectMap);
        if (windowNode.isPresent()) {
            windowNode.get().constant("until", "as_of");
            window = windowNode.get().need("length").map(YamlNode::duration).orElse(null);
            windowNode.get().noOtherKeys();
            if (time == null) {
                windowNode.get().error("needs 'time', the column of the instant a row belongs to");
            }
        }
        Map<String, String> columns = new LinkedHashMap<>();
        node.find("columns")
                .filter(YamlNode::expectMap)
                .ifPresent(c -> c.entries().forEach((key, value) -> {
                    String type = value.text();
                    if (!List.of("number", "integer", "text", "bool", "timestamp")
                            .contains(type)) {
                        value.error("must be number, integer, text, bool or timestamp, is '" + type + "'");
                    }
                    columns.put(key, type);
                }));
        Data data =
                new Data(path, delimiter, YamlNode.orNull(node.find("key")), time, label, positive, window, columns);
        node.noOtherKeys();
        return data;
    }

    /** What is kept apart for validation and test. */
    static Split split(YamlNode node, Data data) {
        if (!node.expectMap()) {
            return SPLIT;
        }
        node.find("freeze").ifPresent(f -> {
            if (!f.text().equals("test")) {
                f.error("must be test");
            }
        });
        Optional<YamlNode> time = node.find("time").filter(YamlNode::expectMap);
        Optional<YamlNode> shares = node.find("random").filter(YamlNode::expectMap);
        Split split = SPLIT;
        if (time.isPresent() == shares.isPresent()) {
            node.error("needs either time or random");
        } else if (time.isPresent()) {
            if (data.time() == null) {
                time.get().error("needs 'data.time', the column of the instant a row belongs to");
            }
            Duration validation =
                    time.get().find("validation").map(YamlNode::duration).orElse(Duration.ZERO);
            Duration test = time.get().need("test").map(YamlNode::duration).orElse(Duration.ofDays(1));
            time.get().noOtherKeys();
            split = new Split(true, validation, test, 0, 0, false, 0);
        } else if (shares.isPresent()) {
            YamlNode s = shares.get();
            double validation = s.find("validation").map(n -> n.number(0, 0.8)).orElse(0.15);
            double test = s.find("test").map(n -> n.number(0.01, 0.8)).orElse(0.15);
            boolean stratify = s.find("stratify").map(YamlNode::flag).orElse(true);
            long seed = s.find("seed").map(n -> n.whole(0, Long.MAX_VALUE)).orElse(1L);
            if (validation + test >= 0.9) {
                s.error("leaves less than a tenth of the rows to train on");
            }
            s.noOtherKeys();
            split = random(validation, test, stratify, seed);
        }
        node.noOtherKeys();
        return split;
    }

    private static Split random(double validation, double test, boolean stratify, long seed) {
        return new Split(false, null, null, validation, test, stratify, seed);
    }
}
