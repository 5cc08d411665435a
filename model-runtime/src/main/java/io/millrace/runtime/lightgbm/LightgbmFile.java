package io.millrace.runtime.lightgbm;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.tree.Booster;
import io.millrace.runtime.tree.Feature;
import io.millrace.runtime.tree.ForestBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a LightGBM text model, of version 2 to 4 of its file, as a {@link Booster}. Leaf values carry the shrinkage. */
final class LightgbmFile {

    private static final int MAX_FEATURES = 100_000;
    private static final int MAX_OUTPUTS = 10_000;
    private static final Pattern CATEGORICAL = Pattern.compile("\\[categorical_feature: ([0-9,]+)]");
    private static final Pattern PANDAS = Pattern.compile("pandas_categorical:(.*)");
    private static final Pattern NUMBERED = Pattern.compile("Column_[0-9]+");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Section head = new Section("the head");
    private final List<Section> trees = new ArrayList<>();
    private final Set<Integer> categorical = new TreeSet<>();
    private String pandas = "";

    private LightgbmFile(String text) {
        Iterator<String> lines = text.lines().iterator();
        Section section = head;
        boolean ended = false;
        while (lines.hasNext() && !ended) {
            String line = lines.next();
            if (line.startsWith("Tree=")) {
                section = new Section("tree " + trees.size());
                trees.add(section);
            } else if (line.equals("end of trees")) {
                ended = true;
            } else if (!line.isBlank()) {
                section.add(line);
            }
        }
        if (!ended) {
            throw new IllegalArgumentException("its end is missing");
        }
        while (lines.hasNext()) {
            String line = lines.next();
            Matcher columns = CATEGORICAL.matcher(line);
            if (columns.matches()) {
                Arrays.stream(columns.group(1).split(",")).map(Integer::valueOf).forEach(categorical::add);
            }
            Matcher categories = PANDAS.matcher(line);
            pandas = categories.matches() ? categories.group(1) : pandas;
        }
    }

    /** @throws IllegalArgumentException saying what in the file is wrong */
    static Booster read(byte[] model) {
        LightgbmFile file = new LightgbmFile(new String(model, StandardCharsets.UTF_8));
        List<String> names = List.of(file.head.text("feature_names").strip().split(" +"));
        int width = bounded(file.head.whole("max_feature_idx") + 1, MAX_FEATURES);
        int outputs = bounded(file.head.whole("num_tree_per_iteration"), MAX_OUTPUTS);
        if (names.size() != width) {
            throw new IllegalArgumentException("there are " + width + " features, but " + names.size() + " names");
        }
        if (file.head.has("tree_sizes")) {
            file.head.numbers("tree_sizes", file.trees.size());
        }
        ForestBuilder builder = new ForestBuilder(width, outputs);
        for (int i = 0; i < file.trees.size(); i++) {
            builder.add(LightgbmTree.read(file.trees.get(i)), i % outputs, 1);
        }
        Objective objective = Objective.of(file.head.has("objective") ? file.head.text("objective") : "", outputs);
        int rounds = file.trees.size() / outputs;
        return new Booster(
                objective.task(),
                file.features(names),
                !names.stream().allMatch(name -> NUMBERED.matcher(name).matches()),
                false,
                builder.build(),
                new double[outputs],
                file.head.has("average_output") && rounds > 0 ? rounds : 1,
                objective.link());
    }

    private static int bounded(int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(value + " features or outputs, not from 1 to " + most);
        }
        return value;
    }

    private List<Feature> features(List<String> names) {
        String[] infos = head.text("feature_infos").strip().split(" +");
        if (infos.length != names.size()) {
            throw new IllegalArgumentException(
                    "there are " + names.size() + " features, but " + infos.length + " infos");
        }
        if (categorical.isEmpty()) {
            for (int i = 0; i < infos.length; i++) {
                if (!infos[i].startsWith("[") && !infos[i].equals("none")) {
                    categorical.add(i);
                }
            }
        }
        Iterator<List<String>> known = categories().iterator();
        List<Feature> features = new ArrayList<>();
        for (int i = 0; i < infos.length; i++) {
            if (categorical.contains(i)) {
                List<String> categories = known.hasNext() ? known.next() : List.of();
                boolean texts = !categories.isEmpty() && !categories.stream().allMatch(LightgbmFile::isWhole);
                features.add(new Feature(names.get(i), texts ? ColumnType.STRING : ColumnType.INT64, true, categories));
            } else {
                features.add(Feature.number(names.get(i), ColumnType.FLOAT64));
            }
        }
        return features;
    }

    private static boolean isWhole(String text) {
        return text.matches("-?[0-9]{1,18}");
    }

    /** The categories of the data frame's category columns, in the order of the columns; none when there was no frame. */
    private List<List<String>> categories() {
        List<List<String>> all = new ArrayList<>();
        if (pandas.isBlank() || pandas.equals("null")) {
            return all;
        }
        try {
            for (JsonNode column : JSON.readTree(pandas)) {
                List<String> categories = new ArrayList<>();
                column.forEach(category -> categories.add(category.asText()));
                all.add(categories);
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("pandas_categorical is no JSON", e);
        }
        if (!all.isEmpty() && all.size() != categorical.size()) {
            throw new IllegalArgumentException("there are " + categorical.size()
                    + " categorical features, but categories of " + all.size() + " columns");
        }
        return all;
    }
}
