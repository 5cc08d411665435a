package io.millrace.serving.predictionlog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.serving.json.JsonText;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes an entry as one line of PostgreSQL's COPY in text format, its columns in the order of {@link #COLUMNS}. Used by one
 * thread.
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

    private final ObjectMapper mapper;

    private byte[] line = new byte[2048];
    private int length;
    private long second = Long.MIN_VALUE;
    private String untilSecond = "";

    CopyLine(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** The line of a record of the spool. Throws some RuntimeException at bytes that are none. */
    byte[] of(byte[] record) {
        return EntryReader.isEntry(record) ? of(EntryReader.read(record)) : complete(record);
    }

    byte[] of(PredictionEntry entry) {
        length = 0;
        text(entry.id().toString());
        text(entry.endpoint());
        text(entry.arm());
        text(entry.role());
        text(entry.model());
        text(Integer.toString(entry.version()));
        time(entry.eventAt());
        time(entry.receivedAt());
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

    /** Adds a time in UTC. Most come within the same second as the one before, whose text is kept. */
    private void time(Instant time) {
        if (time.getEpochSecond() != second) {
            second = time.getEpochSecond();
            String whole = Instant.ofEpochSecond(second).toString();
            untilSecond = whole.substring(0, whole.length() - 1);
        }
        StringBuilder text = new StringBuilder(40).append(untilSecond).append('.');
        String micros = Integer.toString(1_000_000 + time.getNano() / 1000);
        text(text.append(micros, 1, 7).append('Z').toString());
    }

    /** Adds a value and the tab behind it. */
    private void text(@Nullable String value) {
        if (value == null) {
            add(NULL, NULL.length, true);
        } else if (!ascii(value)) {
            byte[] bytes = storable(value).getBytes(StandardCharsets.UTF_8);
            add(bytes, bytes.length, false);
        }
    }

    /** Adds a text of which no character needs an escape or a second byte; false when there is such a one. */
    private boolean ascii(String value) {
        int count = value.length();
        room(count + 1);
        int at = length;
        for (int i = 0; i < count; i++) {
            char each = value.charAt(i);
            if (each < ' ' || each > '~' || each == '\\') {
                return false;
            }
            line[at++] = (byte) each;
        }
        line[at++] = '\t';
        length = at;
        return true;
    }

    private void room(int more) {
        if (line.length < length + more) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, length + more));
        }
    }

    /** @param plain whether the bytes are to be taken as they are */
    private void add(byte[] bytes, int count, boolean plain) {
        room(2 * count + 1);
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
    private static byte[] complete(byte[] line) {
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
        JsonText json = new JsonText(1024);
        json.open('{');
        entry.inputs().give(new Fields(json, mapper));
        byte[] written = json.close('}').bytes();
        add(written, written.length, false);
    }

    /** Writes values as members of an object. */
    private record Fields(JsonText json, ObjectMapper mapper) implements RowValues.Receiver {

        @Override
        public void real(String column, double value) {
            if (!Double.isFinite(value)) {
                other(column, value);
            } else {
                json.name(storable(column)).number(value);
            }
        }

        @Override
        public void whole(String column, long value) {
            json.name(storable(column)).number(value);
        }

        @Override
        public void other(String column, @Nullable Object value) {
            json.name(storable(column));
            if (value instanceof String text) {
                json.text(storable(text));
                return;
            }
            try {
                json.ready(mapper.writeValueAsBytes(value));
            } catch (JsonProcessingException e) {
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
