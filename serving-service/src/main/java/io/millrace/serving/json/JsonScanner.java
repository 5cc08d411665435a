package io.millrace.serving.json;

import com.fasterxml.jackson.core.io.NumberInput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON in UTF-8 where it lies, without a token for each value. It takes only what is plainly right: anything else (a text with
 * escapes, a number beyond 64 bits, what is not JSON) makes a method answer that it is none, and leaves the scanner somewhere; a
 * thorough reader takes or explains the same bytes then. Nothing is read twice and nothing nests by itself, so a call costs as much as
 * the bytes it goes past. Used by one thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
public final class JsonScanner {

    private static final int MAX_TEXT = 1_000_000;
    private static final int MAX_NUMBER = 100;

    /** Digits that surely fit into a long. */
    private static final int LONG_DIGITS = 18;

    /** Powers of ten that a double holds exactly. */
    private static final double[] TENS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    /** Whole numbers up to this are doubles, each. */
    private static final long EXACT = 1L << 53;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final byte[] bytes;
    private int at;
    private long whole;
    private double real;

    public JsonScanner(byte[] bytes) {
        this.bytes = bytes;
    }

    /** What a scalar is. */
    public enum Kind {
        /** A number without fraction and exponent, within 64 bits. */
        WHOLE,
        /** Any other number that is finite as a double. */
        REAL,
        TEXT,
        TRUE,
        FALSE,
        NULL
    }

    /** Goes past white space; the byte that comes then, 0 at the end. */
    private byte next() {
        while (at < bytes.length) {
            byte each = bytes[at];
            if (each > ' ' || (each != ' ' && each != '\n' && each != '\r' && each != '\t')) {
                return each;
            }
            at++;
        }
        return 0;
    }

    /** Whether this character comes next. */
    public boolean comes(char wanted) {
        return next() == wanted;
    }

    /** Whether this character comes next; goes past it if so. */
    public boolean take(char wanted) {
        if (next() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    /** Whether nothing but white space is left. */
    public boolean ended() {
        return next() == 0 && at == bytes.length;
    }

    /** Reads a member of an object, whose value comes next. */
    @FunctionalInterface
    public interface Member {

        /** False when it is not what was expected. */
        boolean read(String name);
    }

    /** Reads an object; false when it is none, or when a member is not what was expected. Names may come twice. */
    public boolean object(Member member) {
        if (!take('{')) {
            return false;
        }
        if (take('}')) {
            return true;
        }
        do {
            String name = text();
            if (name == null || !take(':') || !member.read(name)) {
                return false;
            }
        } while (take(','));
        return take('}');
    }

    /** Reads an element of a list, which comes next. */
    @FunctionalInterface
    public interface Element {

        /** False when it is not what was expected. */
        boolean read();
    }

    /** Reads a list; false when it is none, or when an element is not what was expected. */
    public boolean list(Element element) {
        if (!take('[')) {
            return false;
        }
        if (take(']')) {
            return true;
        }
        do {
            if (!element.read()) {
                return false;
            }
        } while (take(','));
        return take(']');
    }

    /** A text without escapes; null when none comes. */
    public @Nullable String text() {
        if (!take('"')) {
            return null;
        }
        int start = at;
        int all = 0;
        while (at < bytes.length) {
            byte each = bytes[at++];
            if (each == '"') {
                return text(start, at - 1 - start, all >= 0);
            }
            if (each == '\\' || (each >= 0 && each < ' ')) {
                return null;
            }
            all |= each;
        }
        return null;
    }

    private @Nullable String text(int start, int length, boolean ascii) {
        if (ascii) {
            return length > MAX_TEXT ? null : new String(bytes, start, length, StandardCharsets.ISO_8859_1);
        }
        String text = new String(bytes, start, length, StandardCharsets.UTF_8);
        // Stands for bytes that are not UTF-8.
        return length > MAX_TEXT || text.indexOf('\uFFFD') >= 0 ? null : text;
    }

    /**
     * Reads true, false, null or a number, which {@link #whole} or {@link #real} has then; a text is left to {@link #text}. Null when
     * none of them comes.
     */
    public @Nullable Kind scalar() {
        byte first = next();
        return switch (first) {
            case '"' -> Kind.TEXT;
            case 't' -> word(TRUE) ? Kind.TRUE : null;
            case 'f' -> word(FALSE) ? Kind.FALSE : null;
            case 'n' -> word(NULL) ? Kind.NULL : null;
            default -> number(first);
        };
    }

    private boolean word(byte[] word) {
        int end = at + word.length;
        if (end > bytes.length || !Arrays.equals(bytes, at, end, word, 0, word.length)) {
            return false;
        }
        at = end;
        return true;
    }

    /** The whole number that was read last. */
    public long whole() {
        return whole;
    }

    /** The other number that was read last. */
    public double real() {
        return real;
    }

    private @Nullable Kind number(byte first) {
        int start = at;
        boolean negative = first == '-';
        if (negative) {
            at++;
        }
        int digits = at;
        long mantissa = digits(0);
        int wholeDigits = at - digits;
        if (wholeDigits == 0 || (wholeDigits > 1 && bytes[digits] == '0')) {
            return null;
        }
        int scale = 0;
        boolean fraction = at < bytes.length && bytes[at] == '.';
        if (fraction) {
            int point = ++at;
            mantissa = digits(mantissa);
            scale = point - at;
            if (scale == 0) {
                return null;
            }
        }
        boolean exact = wholeDigits - scale <= LONG_DIGITS && mantissa <= EXACT;
        if (at < bytes.length && (bytes[at] | 0x20) == 'e') {
            if (!exponent()) {
                return null;
            }
            exact = false;
        } else if (!fraction) {
            return whole(start, wholeDigits, negative ? -mantissa : mantissa);
        }
        return real(start, exact && -scale < TENS.length ? mantissa / TENS[-scale] : Double.NaN, negative);
    }

    /** Goes past digits; the number that they append to one, which may overflow. */
    private long digits(long before) {
        long number = before;
        while (at < bytes.length) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            number = number * 10 + digit;
            at++;
        }
        return number;
    }

    private boolean exponent() {
        at++;
        if (at < bytes.length && (bytes[at] == '+' || bytes[at] == '-')) {
            at++;
        }
        int start = at;
        digits(0);
        return at > start;
    }

    private @Nullable Kind whole(int start, int digits, long value) {
        whole = value;
        if (digits > LONG_DIGITS) {
            if (at - start > MAX_NUMBER) {
                return null;
            }
            try {
                whole = Long.parseLong(characters(start));
            } catch (NumberFormatException e) {
                return null;
            }
        }
        return Kind.WHOLE;
    }

    /**
     * @param quotient of two exact doubles, which division rounds as it should (W. Clinger, How to read floating point numbers
     *     accurately, 1990); NaN when the digits must be read otherwise
     */
    private @Nullable Kind real(int start, double quotient, boolean negative) {
        if (Double.isNaN(quotient)) {
            if (at - start > MAX_NUMBER) {
                return null;
            }
            real = NumberInput.parseDouble(characters(start), true);
            return Double.isFinite(real) ? Kind.REAL : null;
        }
        real = negative ? -quotient : quotient;
        return Kind.REAL;
    }

    private String characters(int start) {
        return new String(bytes, start, at - start, StandardCharsets.ISO_8859_1);
    }
}
