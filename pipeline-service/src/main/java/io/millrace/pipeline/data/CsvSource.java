package io.millrace.pipeline.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.definition.PipelineSpec.Data;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.SignatureException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads CSV files with a header into typed rows. Types that are not declared are inferred from every value of the rows in the
 * window: integer, then number, then timestamp, else text. Errors name the file, the line and the column.
 */
final class CsvSource {

    private static final int MAX_ROWS = 5_000_000;
    /** Spreadsheets write one before the first column's name. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private static final String DATA = "/data/source/csv";

    private final Data spec;
    private final List<String> header = new ArrayList<>();
    private final List<String[]> records = new ArrayList<>();
    private final List<String> places = new ArrayList<>();

    /** Values repeat a lot; one copy of each keeps a large file in little memory. */
    private final Map<String, String> interned = new HashMap<>();

    CsvSource(Data spec) {
        this.spec = spec;
    }

    /**
     * The rows with {@code from <= time < until}; all rows without a time column or window.
     *
     * @param checkAlive called now and then
     */
    Rows read(List<Path> files, @Nullable Instant from, Instant until, Runnable checkAlive) {
        for (Path file : files) {
            read(file, from, until, checkAlive);
        }
        if (records.isEmpty()) {
            throw PlatformException.invalid(
                    "/data", "has no rows" + (from == null ? "" : " from " + from + " to " + until));
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            columns.add(column(i));
        }
        return build(columns);
    }

    private void read(Path file, @Nullable Instant from, Instant until, Runnable checkAlive) {
        String name = file.getFileName().toString();
        int time = -1;
        try (InputStream raw = Files.newInputStream(file);
                InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
                OpenQuote reader = new OpenQuote(
                        new InputStreamReader(plain, StandardCharsets.UTF_8),
                        spec.delimiter().charAt(0));
                CsvReader<CsvRecord> csv = CsvReader.builder()
                        .fieldSeparator(spec.delimiter().charAt(0))
                        .ofCsvRecord(reader)) {
            boolean first = true;
            for (CsvRecord record : csv) {
                if (first) {
                    header(name, record.getFields());
                    time = spec.time() == null ? -1 : header.indexOf(spec.time());
                    first = false;
                    continue;
                }
                if (record.getFieldCount() != header.size()) {
                    throw bad(
                            name, record, "has " + record.getFieldCount() + " fields, the header has " + header.size());
                }
                if (time >= 0 && spec.window() != null) {
                    Instant at = instant(record.getField(time));
                    if (at == null) {
                        throw bad(
                                name,
                                record,
                                "column " + spec.time() + " is not an instant: '" + record.getField(time) + "'");
                    }
                    if (from != null && at.isBefore(from) || !at.isBefore(until)) {
                        continue;
                    }
                }
                keep(name, record);
                if (records.size() % 10_000 == 0) {
                    checkAlive.run();
                }
            }
            if (first) {
                throw PlatformException.invalid(DATA, "is empty: " + name);
            }
            if (reader.open()) {
                throw PlatformException.invalid(
                        DATA, name + " is not CSV: the quote opened in line " + reader.openedIn() + " is never closed");
            }
        } catch (CsvParseException e) {
            throw PlatformException.invalid(DATA, name + " is not CSV: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read", e);
        }
    }

    private void header(String file, List<String> fields) {
        List<String> names = fields.stream()
                .map(field -> field.startsWith(BYTE_ORDER_MARK) ? field.substring(1) : field)
                .map(String::strip)
                .toList();
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isEmpty() || !seen.add(name)) {
                throw PlatformException.invalid(
                        DATA, file + " line 1: the header has an empty or repeated column '" + name + "'");
            }
        }
        List<String> needed = new ArrayList<>(List.of(spec.label()));
        for (String column : new String[] {spec.key(), spec.time()}) {
            if (column != null) {
                needed.add(column);
            }
        }
        needed.addAll(spec.columns().keySet());
        for (String column : needed) {
            if (!seen.contains(column)) {
                throw PlatformException.invalid(
                        DATA,
                        file + " line 1: the column '" + column + "' is missing; it has " + String.join(", ", names));
            }
        }
        if (header.isEmpty()) {
            header.addAll(names);
        } else if (!header.equals(names)) {
            throw PlatformException.invalid(DATA, file + " line 1: the columns differ from those of the first file");
        }
    }

    private void keep(String file, CsvRecord record) {
        if (records.size() == MAX_ROWS) {
            throw PlatformException.invalid(DATA, "has more than " + MAX_ROWS + " rows in the window");
        }
        String[] values = new String[header.size()];
        for (int i = 0; i < values.length; i++) {
            String text = record.getField(i).strip();
            values[i] = interned.computeIfAbsent(text, t -> t);
        }
        records.add(values);
        places.add(interned.computeIfAbsent(file, f -> f) + " line " + record.getStartingLineNumber());
    }

    private static PlatformException bad(String file, CsvRecord record, String message) {
        return PlatformException.invalid(DATA, file + " line " + record.getStartingLineNumber() + ": " + message);
    }

    private Column column(int index) {
        String name = header.get(index);
        boolean nullable = records.stream().anyMatch(r -> r[index].isEmpty());
        String declared = spec.columns().get(name);
        ColumnType type = declared != null ? declared(declared) : inferred(index);
        if (name.equals(spec.label()) && spec.positive() != null) {
            type = ColumnType.STRING;
        }
        return nullable ? Column.optional(name, type) : Column.required(name, type);
    }

    private static ColumnType declared(String type) {
        return switch (type) {
            case "number" -> ColumnType.FLOAT64;
            case "integer" -> ColumnType.INT64;
            case "bool" -> ColumnType.BOOL;
            case "timestamp" -> ColumnType.TIMESTAMP;
            default -> ColumnType.STRING;
        };
    }

    private ColumnType inferred(int index) {
        boolean whole = true;
        boolean number = true;
        boolean time = true;
        boolean any = false;
        Set<String> checked = new HashSet<>();
        for (String[] record : records) {
            String text = record[index];
            if (text.isEmpty() || !checked.add(text)) {
                continue;
            }
            any = true;
            whole = whole && text.matches("[-+]?\\d{1,18}");
            number = number && number(text);
            time = time && instant(text) != null;
            if (!whole && !number && !time) {
                return ColumnType.STRING;
            }
        }
        if (!any) {
            return ColumnType.STRING;
        }
        return whole ? ColumnType.INT64 : number ? ColumnType.FLOAT64 : ColumnType.TIMESTAMP;
    }

    private static boolean isNumber(Column column) {
        return column.type() == ColumnType.FLOAT64 || column.type() == ColumnType.INT64;
    }

    private static boolean number(String text) {
        try {
            return Double.isFinite(Double.parseDouble(text)) && !text.endsWith("d") && !text.endsWith("f");
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** ISO-8601 with or without seconds, zone and time of day; without a zone it is UTC. */
    static @Nullable Instant instant(String text) {
        try {
            if (text.length() < 10 || !Character.isDigit(text.charAt(0))) {
                return null;
            }
            if (text.length() == 10) {
                return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            String iso = text.charAt(10) == ' ' ? text.substring(0, 10) + "T" + text.substring(11) : text;
            char last = iso.charAt(iso.length() - 1);
            boolean zoned = last == 'Z' || iso.indexOf('+', 10) > 0 || iso.indexOf('-', 11) > 0;
            return zoned
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private Rows build(List<Column> columns) {
        Rows.Builder builder = Rows.builder(columns);
        Map<String, @Nullable Object> values = new HashMap<>();
        for (int r = 0; r < records.size(); r++) {
            String[] record = records.get(r);
            for (int i = 0; i < record.length; i++) {
                String text = record[i];
                Column column = columns.get(i);
                if (!text.isEmpty() && isNumber(column) && !number(text)) {
                    throw PlatformException.invalid(
                            DATA,
                            places.get(r) + ": column '" + column.name() + "' must be a finite number, got '" + text
                                    + "'; a missing value is an empty field");
                }
                boolean time = column.type() == ColumnType.TIMESTAMP;
                Instant at = time && !text.isEmpty() ? instant(text) : null;
                values.put(header.get(i), text.isEmpty() ? null : at != null ? (Object) at.toString() : text);
            }
            try {
                builder.add(values);
            } catch (SignatureException e) {
                // The place says where in the file; the number of the row in the batch says nothing to its author.
                String problem = String.valueOf(e.getMessage()).replaceFirst("^row \\d+, ", "");
                throw PlatformException.invalid(DATA, places.get(r) + ": " + problem);
            }
        }
        return builder.build();
    }
}
