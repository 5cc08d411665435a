package io.millrace.serving.predictionlog;

import io.millrace.serving.json.JsonText;
import io.millrace.serving.predictionlog.spool.Spool;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Makes of a record of the {@link Spool}, which {@link EntryWriter} wrote, a row of PostgreSQL's COPY in binary format, its columns in
 * the order of {@link #COLUMNS}. Used by one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/18/sql-copy.html">COPY, binary format</a>
 */
final class CopyRow {

    static final String COLUMNS =
            "id, endpoint, arm, role, model, version, event_at, received_at, request_id, route_key,"
                    + " score, label, decision, parts, agrees, distance, latency_us, inputs";

    private static final int COUNT = COLUMNS.split(",", -1).length;
    private static final int NULL = -1;
    private static final int FIRST = 1 << 12;
    /** Room that is kept from one row to the next. */
    private static final int KEPT = 1 << 20;

    /** Microseconds from 1970 to 2000, where PostgreSQL's times begin. */
    private static final long EPOCH_2000 = 946_684_800_000_000L;

    /** The character 0 as JSON writes it, behind backslashes that stand for themselves: jsonb has no place for it either. */
    private static final Pattern ZERO = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private ByteBuffer from = ByteBuffer.allocate(0);
    private ByteBuffer to = ByteBuffer.allocate(FIRST);

    /** The row of a record. Throws some RuntimeException at bytes that are none. */
    byte[] of(byte[] record) {
        from = ByteBuffer.wrap(record);
        to = to.capacity() > KEPT ? ByteBuffer.allocate(FIRST) : to.clear();
        if (from.get() != EntryWriter.FORMAT) {
            throw new IllegalArgumentException("a record of another release");
        }
        int flags = from.get();
        to.putShort((short) COUNT);
        to.putInt(16).putLong(from.getLong()).putLong(from.getLong());
        for (int i = 0; i < 4; i++) {
            text();
        }
        room(8);
        to.putInt(4).putInt(from.getInt());
        time();
        time();
        text();
        text();
        real((flags & EntryWriter.SCORED) != 0);
        text();
        text();
        text();
        agrees(flags);
        real((flags & EntryWriter.DISTANT) != 0);
        room(12);
        to.putInt(8).putLong(from.getLong());
        inputs();
        return Arrays.copyOf(to.array(), to.position());
    }

    private void time() {
        room(12);
        to.putInt(8).putLong(from.getLong() - EPOCH_2000);
    }

    private void real(boolean there) {
        room(12);
        if (there) {
            to.putInt(8).putDouble(from.getDouble());
        } else {
            to.putInt(NULL);
        }
    }

    private void agrees(int flags) {
        room(5);
        if ((flags & EntryWriter.COMPARED) == 0) {
            to.putInt(NULL);
        } else {
            to.putInt(1).put((byte) ((flags & EntryWriter.AGREES) == 0 ? 0 : 1));
        }
    }

    /** Adds a text, or none. */
    private void text() {
        int size = size();
        if (size == NULL) {
            room(4);
            to.putInt(NULL);
            return;
        }
        int start = skip(size);
        if (holdsZero(start, size)) {
            bytes(storable(start, size).getBytes(StandardCharsets.UTF_8));
        } else {
            room(4 + size);
            to.putInt(size).put(from.array(), start, size);
        }
    }

    private void bytes(byte[] value) {
        room(4 + value.length);
        to.putInt(value.length).put(value);
    }

    private boolean holdsZero(int start, int size) {
        byte[] bytes = from.array();
        for (int i = start; i < start + size; i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    /** PostgreSQL has no place for the character 0. */
    private String storable(int start, int size) {
        return new String(from.array(), start, size, StandardCharsets.UTF_8).replace('\0', '\uFFFD');
    }

    private void inputs() {
        JsonText json = new JsonText(1024);
        json.open('{');
        for (byte what = from.get(); what != EntryWriter.END; what = from.get()) {
            jsonText(json);
            json.colon();
            value(json, what);
        }
        bytes(json.close('}').bytes());
    }

    private void value(JsonText json, byte what) {
        switch (what) {
            case EntryWriter.REAL -> {
                double number = from.getDouble();
                if (Double.isFinite(number)) {
                    json.number(number);
                } else {
                    // JSON has no number for it.
                    json.text(Double.toString(number));
                }
            }
            case EntryWriter.WHOLE -> json.number(from.getLong());
            case EntryWriter.TEXT -> jsonText(json);
            case EntryWriter.JSON -> {
                int size = size();
                int start = skip(size);
                String text = new String(from.array(), start, size, StandardCharsets.UTF_8);
                json.ready(ZERO.matcher(text).replaceAll("$1\uFFFD").getBytes(StandardCharsets.UTF_8));
            }
            case EntryWriter.YES -> json.ready(TRUE);
            case EntryWriter.NO -> json.ready(FALSE);
            case EntryWriter.NONE -> json.text(null);
            default -> throw new IllegalArgumentException("no kind of input: " + what);
        }
    }

    private void jsonText(JsonText json) {
        int size = size();
        int start = skip(size);
        if (holdsZero(start, size)) {
            json.text(storable(start, size));
        } else {
            json.text(from.array(), start, size);
        }
    }

    /** Bytes of the text that comes next; {@link #NULL} when there is none. */
    private int size() {
        int size = 0;
        byte group;
        int shift = 0;
        do {
            group = from.get();
            size |= (group & 0x7F) << shift;
            shift += 7;
        } while (group < 0);
        return size - 1;
    }

    /** Goes past so many bytes; where they begin. */
    private int skip(int size) {
        int start = from.position();
        from.position(start + size);
        return start;
    }

    private void room(int more) {
        if (to.remaining() < more) {
            int needed = to.position() + more;
            to = ByteBuffer.allocate(Math.max(to.capacity() * 2, needed)).put(to.flip());
        }
    }
}
