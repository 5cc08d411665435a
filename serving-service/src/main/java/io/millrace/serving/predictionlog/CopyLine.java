package io.millrace.serving.predictionlog;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes an entry as one line of PostgreSQL's COPY in text format, its columns in the order of {@link #COLUMNS}. The line is
 * made once: what lies in the spool is what goes to the database.
 */
final class CopyLine {

    static final String COLUMNS =
            "id, endpoint, arm, role, model, version, event_at, received_at, request_id, route_key,"
                    + " inputs, score, label, decision, latency_us, caused_by,"
                    + " parts, agrees, distance";
    private static final int COUNT = COLUMNS.split(",", -1).length;

    private final ObjectMapper json;

    CopyLine(ObjectMapper json) {
        this.json = json;
    }

    byte[] of(PredictionEntry entry) {
        StringBuilder line = new StringBuilder(400);
        line.append(entry.id()).append('\t');
        text(line, entry.endpoint()).append('\t');
        text(line, entry.arm()).append('\t');
        text(line, entry.role()).append('\t');
        text(line, entry.model()).append('\t');
        line.append(entry.version()).append('\t');
        line.append(entry.eventAt()).append('\t');
        line.append(entry.receivedAt()).append('\t');
        text(line, entry.requestId()).append('\t');
        text(line, entry.routeKey()).append('\t');
        text(line, inputs(entry)).append('\t');
        text(line, entry.score() == null ? null : entry.score().toString()).append('\t');
        text(line, entry.label()).append('\t');
        text(line, entry.decision()).append('\t');
        line.append(entry.latencyMicros()).append('\t');
        text(line, "request:" + entry.requestId()).append('\t');
        text(line, entry.parts()).append('\t');
        Comparison compared = entry.comparison();
        text(line, compared == null ? null : String.valueOf(compared.agrees())).append('\t');
        text(line, compared == null || compared.distance() == null ? null : String.valueOf(compared.distance()))
                .append('\n');
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The line with a null for each column that came after it was written, by a release before. */
    static byte[] complete(byte[] line) {
        int columns = 1;
        for (byte each : line) {
            columns += each == '\t' ? 1 : 0;
        }
        if (columns >= COUNT || line.length == 0) {
            return line;
        }
        byte[] nulls = "\t\\N".repeat(COUNT - columns).concat("\n").getBytes(StandardCharsets.UTF_8);
        byte[] complete = Arrays.copyOf(line, line.length - 1 + nulls.length);
        System.arraycopy(nulls, 0, complete, line.length - 1, nulls.length);
        return complete;
    }

    private String inputs(PredictionEntry entry) {
        StringWriter written = new StringWriter(200);
        try (JsonGenerator out = json.createGenerator(written)) {
            out.writeStartObject();
            entry.inputs().forEach((column, value) -> {
                if (!entry.redacted().contains(column)) {
                    field(out, column, value);
                }
            });
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("inputs cannot be written as JSON", e);
        }
        return written.toString();
    }

    private static void field(JsonGenerator out, String column, @Nullable Object value) {
        try {
            out.writeFieldName(storable(column));
            if (value instanceof String text) {
                out.writeString(storable(text));
            } else if (value instanceof Double number) {
                out.writeNumber(number);
            } else if (value instanceof Long number) {
                out.writeNumber(number);
            } else {
                out.writePOJO(value);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("inputs cannot be written as JSON", e);
        }
    }

    /** PostgreSQL has no place for the character 0. */
    private static String storable(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
    }

    private static StringBuilder text(StringBuilder line, @Nullable String value) {
        if (value == null) {
            return line.append("\\N");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                case '\0' -> line.append('\uFFFD');
                default -> line.append(c);
            }
        }
        return line;
    }
}
