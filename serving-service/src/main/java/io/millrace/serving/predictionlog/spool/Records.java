package io.millrace.serving.predictionlog.spool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Records one behind the other as they lie in a {@link Segment}: length, CRC-32C and bytes, filled up to a multiple of 4 so that each
 * length is stored at once. Used over and over, by one thread.
 */
public final class Records {

    static final int HEADER = 8;

    /** Longer than any row: a request's body is at most 10 MB. */
    static final int MAX_RECORD = 64 << 20;

    /** Room that is kept from one use to the next. */
    private static final int KEPT = 1 << 20;

    private static final int FIRST = 1 << 12;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final CRC32C crc = new CRC32C();
    private byte[] bytes = new byte[FIRST];
    private int length;
    private int start;
    private int count;

    public void clear() {
        length = 0;
        count = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[FIRST];
        }
    }

    /** Begins a record; ends with {@link #end} or {@link #undo}. */
    public Records begin() {
        start = length;
        room(HEADER);
        length += HEADER;
        return this;
    }

    public void end() {
        room(3);
        while (length % 4 != 0) {
            bytes[length++] = 0;
        }
        int size = length - start - HEADER;
        if (size > MAX_RECORD) {
            throw new IllegalStateException("a record of " + size + " bytes is too long");
        }
        crc.reset();
        crc.update(bytes, start + HEADER, size);
        INT.set(bytes, start, size);
        INT.set(bytes, start + 4, (int) crc.getValue());
        count++;
    }

    /** Forgets what was written of the record that was begun. */
    public void undo() {
        length = start;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    public void small(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    public void whole(int value) {
        room(4);
        INT.set(bytes, length, value);
        length += 4;
    }

    public void whole(long value) {
        room(8);
        LONG.set(bytes, length, value);
        length += 8;
    }

    public void real(double value) {
        whole(Double.doubleToRawLongBits(value));
    }

    /** Adds a text, or none, its length before it. */
    public void text(@Nullable String text) {
        if (text == null) {
            small(0);
            return;
        }
        int chars = text.length();
        int before = length;
        size(chars);
        room(chars);
        byte[] to = bytes;
        int at = length;
        for (int i = 0; i < chars; i++) {
            char each = text.charAt(i);
            if (each > 0x7F) {
                length = before;
                raw(text.getBytes(StandardCharsets.UTF_8));
                return;
            }
            to[at++] = (byte) each;
        }
        length = at;
    }

    /** Adds bytes with their length. */
    public void raw(byte[] more) {
        size(more.length);
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    /** One more than the length, in groups of seven bits, the lowest first. Most texts take one byte for it. */
    private void size(int size) {
        room(5);
        int left = size + 1;
        while (left > 0x7F) {
            bytes[length++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[length++] = (byte) left;
    }

    public int count() {
        return count;
    }

    /** Of all records, with their headers. */
    public int length() {
        return length;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Where the record that begins at a place ends. */
    int after(int place) {
        return place + HEADER + (int) INT.get(bytes, place);
    }

    /** The records, each by itself and without its header. */
    public List<byte[]> each() {
        List<byte[]> each = new ArrayList<>(count);
        for (int at = 0; at < length; at = after(at)) {
            each.add(Arrays.copyOfRange(bytes, at + HEADER, after(at)));
        }
        return each;
    }
}
