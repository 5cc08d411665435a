package io.millrace.serving.json;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON into an array, members and elements with the commas between them. Names that never change are encoded
 * once. Used by one thread.
 */
public final class JsonText {

    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final int LONGEST_NUMBER = 32;

    private byte[] bytes;
    private int length;
    private boolean comma;

    /** @param room bytes that will likely do; more are taken as well */
    public JsonText(int room) {
        this.bytes = new byte[room];
    }

    /** The name of a member, encoded. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Name(byte[] quoted) {

        public static Name of(String name) {
            byte[] inner = JsonStringEncoder.getInstance().quoteAsUTF8(name);
            byte[] quoted = new byte[inner.length + 3];
            quoted[0] = '"';
            System.arraycopy(inner, 0, quoted, 1, inner.length);
            quoted[inner.length + 1] = '"';
            quoted[inner.length + 2] = ':';
            return new Name(quoted);
        }
    }

    /** Begins an object or a list. */
    public JsonText open(char bracket) {
        before(1);
        bytes[length++] = (byte) bracket;
        comma = false;
        return this;
    }

    /** Ends an object or a list. */
    public JsonText close(char bracket) {
        room(1);
        bytes[length++] = (byte) bracket;
        comma = true;
        return this;
    }

    /** Begins a member, whose value comes next. */
    public JsonText name(Name name) {
        before(name.quoted.length);
        raw(name.quoted);
        comma = false;
        return this;
    }

    /** As {@link #name(Name)} of a name that was not encoded before. */
    public JsonText name(String name) {
        return text(name).colon();
    }

    /** Makes the text before it a name. */
    public JsonText colon() {
        room(1);
        bytes[length++] = ':';
        comma = false;
        return this;
    }

    public JsonText text(@Nullable String text) {
        if (text == null) {
            return nothing();
        }
        int count = text.length();
        before(count + 2);
        int at = length;
        bytes[at++] = '"';
        for (int i = 0; i < count; i++) {
            char each = text.charAt(i);
            if (each < ' ' || each > '~' || each == '"' || each == '\\') {
                return escaped(text);
            }
            bytes[at++] = (byte) each;
        }
        bytes[at++] = '"';
        length = at;
        return this;
    }

    /** As {@link #text(String)} of a text in UTF-8. */
    public JsonText text(byte[] utf8, int start, int count) {
        before(count + 2);
        int at = length;
        bytes[at++] = '"';
        for (int i = start; i < start + count; i++) {
            byte each = utf8[i];
            if (each >= 0 && (each < ' ' || each == '"' || each == '\\')) {
                return escaped(new String(utf8, start, count, StandardCharsets.UTF_8));
            }
            bytes[at++] = each;
        }
        bytes[at++] = '"';
        length = at;
        return this;
    }

    private JsonText escaped(String text) {
        byte[] inner = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        room(inner.length + 2);
        bytes[length++] = '"';
        raw(inner);
        bytes[length++] = '"';
        return this;
    }

    /** A number with the shortest digits that read back as the same; null when it is not finite, which JSON cannot say. */
    public JsonText number(double number) {
        return Double.isFinite(number) ? digits(NumberOutput.toString(number, true)) : nothing();
    }

    /** As {@link #number(double)} with the digits that a 32 bit number needs. */
    public JsonText number(float number) {
        return Float.isFinite(number) ? digits(NumberOutput.toString(number, true)) : nothing();
    }

    public JsonText number(long number) {
        before(LONGEST_NUMBER);
        length = NumberOutput.outputLong(number, bytes, length);
        return this;
    }

    /** A value that is JSON already. */
    public JsonText ready(byte[] value) {
        before(value.length);
        raw(value);
        return this;
    }

    private JsonText digits(String number) {
        return ready(number.getBytes(StandardCharsets.ISO_8859_1));
    }

    private JsonText nothing() {
        return ready(NULL);
    }

    /** Makes room for a value or a name, and writes the comma before it. */
    private void before(int more) {
        room(more + 1);
        if (comma) {
            bytes[length++] = ',';
        }
        comma = true;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private void raw(byte[] ready) {
        System.arraycopy(ready, 0, bytes, length, ready.length);
        length += ready.length;
    }

    /** What was written. */
    public byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
