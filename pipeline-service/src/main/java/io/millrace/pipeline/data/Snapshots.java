package io.millrace.pipeline.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows on disk: CSV, compressed, with columns in order and one spelling of every value, so that the same rows give the same
 * bytes and the same digest. (Java's gzip header carries no time.)
 */
public final class Snapshots {

    private Snapshots() {}

    public static void write(Rows rows, Path file) {
        try (Writer out = new OutputStreamWriter(
                        new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file))),
                        StandardCharsets.UTF_8);
                CsvWriter csv =
                        CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out)) {
            List<String> names = rows.names();
            csv.writeRecord(names);
            String[] record = new String[names.size()];
            for (int row = 0; row < rows.size(); row++) {
                for (int i = 0; i < record.length; i++) {
                    Object value = rows.value(names.get(i), row);
                    record[i] = value == null ? "" : value.toString();
                }
                csv.writeRecord(record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a snapshot could not be written", e);
        }
    }

    /** Reads what {@link #write} wrote. */
    public static Rows read(Path file, List<Column> columns) {
        Rows.Builder builder = Rows.builder(columns);
        try (Reader in =
                        new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8);
                CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(in);
                Stream<NamedCsvRecord> records = csv.stream()) {
            Map<String, @Nullable String> values = new HashMap<>();
            records.forEach(record -> {
                for (Column column : columns) {
                    String text = record.getField(column.name());
                    values.put(column.name(), text.isEmpty() ? null : text);
                }
                builder.add(values);
            });
            return builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException("a snapshot could not be read", e);
        }
    }

    /** Columns as JSON, for a step's output. */
    public static ArrayNode toJson(List<Column> columns) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Column column : columns) {
            list.addObject()
                    .put("name", column.name())
                    .put("type", column.type().name())
                    .put("nullable", column.nullable());
        }
        return list;
    }

    public static List<Column> fromJson(JsonNode list) {
        List<Column> columns = new ArrayList<>();
        for (JsonNode column : list) {
            ColumnType type = ColumnType.valueOf(column.path("type").asText());
            String name = column.path("name").asText();
            columns.add(
                    column.path("nullable").asBoolean() ? Column.optional(name, type) : Column.required(name, type));
        }
        return columns;
    }
}
