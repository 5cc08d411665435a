package io.millrace.serving.mlflow;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.millrace.common.error.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the forms of a table that the protocol has. */
final class Tables {

    private static final Set<String> SPLIT = Set.of("data", "columns", "index");

    private Tables() {}

    /** The table in one member of the body. */
    static ScoringInputs read(String form, @Nullable Object value) {
        return switch (form) {
            case "dataframe_split" -> split(value);
            case "dataframe_records" -> records(list(value, form), form);
            case "instances" -> instances(list(value, form), form);
            default -> inputs(value, form);
        };
    }

    private static ScoringInputs split(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> frame) || !SPLIT.containsAll(frame.keySet())) {
            throw bad("dataframe_split must be an object with data, columns and index");
        }
        List<?> data = list(frame.get("data"), "dataframe_split.data");
        List<String> columns =
                frame.get("columns") == null ? null : names(list(frame.get("columns"), "dataframe_split.columns"));
        return table(columns, data, "dataframe_split.data");
    }

    private static List<String> names(List<?> given) {
        Set<String> names = new LinkedHashSet<>();
        for (Object name : given) {
            if (!(name instanceof String text)) {
                throw bad("names of columns must be texts, got " + name);
            }
            if (!names.add(text)) {
                throw bad("two columns are named '" + text + "'");
            }
        }
        return List.copyOf(names);
    }

    private static ScoringInputs instances(List<?> list, String form) {
        return !list.isEmpty() && list.get(0) instanceof Map ? records(list, form) : table(null, list, form);
    }

    private static ScoringInputs inputs(@Nullable Object value, String form) {
        if (!(value instanceof Map<?, ?> columns)) {
            return instances(list(value, form), form);
        }
        List<String> names = new ArrayList<>();
        List<List<?>> values = new ArrayList<>();
        int rows = -1;
        for (Map.Entry<?, ?> column : columns.entrySet()) {
            // One value stands for a column of one row.
            List<?> data = column.getValue() instanceof List<?> several
                    ? several
                    : Collections.singletonList(column.getValue());
            if (rows >= 0 && data.size() != rows) {
                throw bad("column '" + column.getKey() + "' has " + data.size() + " values, column '" + names.get(0)
                        + "' has " + rows);
            }
            rows = data.size();
            names.add(String.valueOf(column.getKey()));
            values.add(data);
        }
        List<List<@Nullable Object>> data = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            List<@Nullable Object> line = new ArrayList<>(values.size());
            for (List<?> column : values) {
                line.add(scalar(column.get(row), form));
            }
            data.add(line);
        }
        return new ScoringInputs(names, data, false);
    }

    private static ScoringInputs records(List<?> list, String form) {
        Set<String> names = new LinkedHashSet<>();
        for (Object record : list) {
            if (!(record instanceof Map<?, ?> map)) {
                throw bad(form + " must be a list of objects, each with a value for each column");
            }
            map.keySet().forEach(name -> names.add(String.valueOf(name)));
        }
        List<List<@Nullable Object>> data = new ArrayList<>(list.size());
        for (Object record : list) {
            List<@Nullable Object> row = new ArrayList<>(names.size());
            for (String name : names) {
                row.add(scalar(((Map<?, ?>) record).get(name), form));
            }
            data.add(row);
        }
        return new ScoringInputs(List.copyOf(names), data, false);
    }

    private static ScoringInputs table(@Nullable List<String> columns, List<?> rows, String place) {
        List<List<@Nullable Object>> data = new ArrayList<>(rows.size());
        int width = columns == null ? -1 : columns.size();
        for (int i = 0; i < rows.size(); i++) {
            // A list of values is a table with one column.
            List<?> given = rows.get(i) instanceof List<?> several ? several : Collections.singletonList(rows.get(i));
            if (width >= 0 && given.size() != width) {
                throw bad(place + ": row " + i + " has " + given.size() + " values, expected " + width);
            }
            width = given.size();
            List<@Nullable Object> row = new ArrayList<>(width);
            for (Object value : given) {
                row.add(scalar(value, place));
            }
            data.add(row);
        }
        return new ScoringInputs(columns, data, false);
    }

    private static @Nullable Object scalar(@Nullable Object value, String place) {
        if (value instanceof Map || value instanceof List) {
            throw bad(place + ": values must be numbers, texts, true, false or null");
        }
        return value;
    }

    /** CSV whose first line names the columns. */
    static ScoringInputs csv(byte[] body) {
        try (CsvReader<CsvRecord> csv = CsvReader.builder().ofCsvRecord(new String(body, StandardCharsets.UTF_8))) {
            List<String> names = null;
            List<List<@Nullable Object>> data = new ArrayList<>();
            for (CsvRecord line : csv) {
                if (names == null) {
                    names = names(line.getFields());
                } else if (line.getFieldCount() != names.size()) {
                    throw bad("line " + line.getStartingLineNumber() + " has " + line.getFieldCount()
                            + " fields, the first line names " + names.size());
                } else {
                    data.add(new ArrayList<>(line.getFields()));
                }
            }
            if (names == null) {
                throw bad("the body is empty, CSV with a line of names is required");
            }
            return new ScoringInputs(names, data, true);
        } catch (CsvParseException e) {
            throw bad("the body is not valid CSV: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<?> list(@Nullable Object value, String place) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw bad(place + " must be a list");
    }

    private static PlatformException bad(String message) {
        return PlatformException.invalid("", "The input is not understood: " + message);
    }
}
