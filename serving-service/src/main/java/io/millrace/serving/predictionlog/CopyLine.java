package io.millrace.serving.predictionlog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes an entry as one line of PostgreSQL's COPY in text format, its columns in the order of {@link #COLUMNS}. The line is
 * made once: what lies in the spool is what goes to the database. Used by one thread.
 */
final class CopyLine {

    static final String COLUMNS =
            "id, endpoint, arm, role, model, version, event_at, received_at, request_id, route_key,"
                    + " inputs, score, label, decision, latency_us, caused_by,"
                    + " parts, agrees, distance";
    private static final byte[] NULL = {'\\', 'N'};
    /** Stands for a backslash, which is escaped by itself: no byte of a text. */
    private static final byte SELF = 0;

    private static final int COUNT = COLUMNS.split(",", -1).length;

    /** Writes the inputs with the shortest digits that read back as the same number. */
    private final JsonFactory json;

    private final ByteArrayOutputStream inputs = new ByteArrayOutputStream(1024);
    private byte[] line = new byte[2048];
    private int length;
    private Instant lastTime = Instant.EPOCH;
    private String lastTimeText = lastTime.toString();

    CopyLine(ObjectMapper mapper) {
        this.json = JsonFactory.builder()
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                .build()
                .setCodec(mapper);
    }

    byte[] of(PredictionEntry entry) {
        length = 0;
        text(entry.id().toString());
        text(entry.endpoint());
        text(entry.arm());
        text(entry.role());
        text(entry.model());
        text(Integer.toString(entry.version()));
        text(time(entry.eventAt()));
        text(time(entry.receivedAt()));
        text(entry.requestId());
        text(entry.routeKey());
        inputs(entry);
        text(number(entry.score()));
        text(entry.label());
        text(entry.decision());
        text(Long.toString(entry.latencyMicros()));
        text("request:" + entry.requestId());
        text(entry.parts());
        Comparison compared = entry.comparison();
        text(compared == null ? null : String.valueOf(compared.agrees()));
        text(compared == null ? null : number(compared.distance()));
        line[length - 1] = '\n';
        return Arrays.copyOf(line, length);
    }

    private static @Nullable String number(@Nullable Double value) {
        return value == null ? null : NumberOutput.toString(value, true);
    }

    /** Most rows come at the same time as the one before, or say the same time twice. */
    private String time(Instant time) {
        if (!time.equals(lastTime)) {
            lastTime = time;
            lastTimeText = time.toString();
        }
        return lastTimeText;
    }

    /** Adds a value and the tab behind it. */
    private void text(@Nullable String value) {
        byte[] bytes = value == null ? NULL : storable(value).getBytes(StandardCharsets.UTF_8);
        add(bytes, bytes.length, value == null);
    }

    /** @param plain whether the bytes are to be taken as they are */
    private void add(byte[] bytes, int count, boolean plain) {
        if (line.length < length + 2 * count + 1) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, length + 2 * count + 1));
        }
        for (int i = 0; i < count; i++) {
            byte each = bytes[i];
            byte escaped = plain ? each : escaped(each);
            if (escaped != each) {
                line[length++] = '\\';
            }
            line[length++] = escaped == SELF ? each : escaped;
        }
        line[length++] = '\t';
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

    private void inputs(PredictionEntry entry) {
        inputs.reset();
        try (JsonGenerator out = json.createGenerator(inputs)) {
            out.writeStartObject();
            entry.inputs().give(new Fields(out, entry.redacted()));
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("inputs cannot be written as JSON", e);
        }
        byte[] written = inputs.toByteArray();
        add(written, written.length, false);
    }

    /** Writes values as members of an object. */
    private record Fields(JsonGenerator out, Set<String> redacted) implements RowValues.Receiver {

        @Override
        public void real(String column, double value) {
            write(column, () -> out.writeNumber(value));
        }

        @Override
        public void whole(String column, long value) {
            write(column, () -> out.writeNumber(value));
        }

        @Override
        public void other(String column, @Nullable Object value) {
            if (value instanceof String text) {
                write(column, () -> out.writeString(storable(text)));
            } else {
                write(column, () -> out.writePOJO(value));
            }
        }

        private interface Writing {
            void write() throws IOException;
        }

        private void write(String column, Writing value) {
            if (redacted.contains(column)) {
                return;
            }
            try {
                out.writeFieldName(storable(column));
                value.write();
            } catch (IOException e) {
                throw new UncheckedIOException("inputs cannot be written as JSON", e);
            }
        }
    }

    /** PostgreSQL has no place for the character 0. */
    private static String storable(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
    }

    /** What stands behind the backslash; the byte itself when it needs none. Bytes of longer UTF-8 sequences need none. */
    private static byte escaped(byte each) {
        return switch (each) {
            case '\\' -> SELF;
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> each;
        };
    }
}
