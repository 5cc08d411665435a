package io.millrace.runtime.spi;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import org.jspecify.annotations.Nullable;

/** Reads one raw value as the type of its column, or says why not. */
final class Values {

    /** Years 0001 to 9999: beyond them is a unit mistake (microseconds sent as milliseconds). */
    private static final long MIN_MILLIS = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();

    private static final long MAX_MILLIS =
            Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
    private static final int SHOWN = 40;

    private Values() {}

    /** NaN when missing. */
    static double number(Column column, int row, @Nullable Object given) {
        double value;
        if (given instanceof Number number) {
            value = number.doubleValue();
        } else if (given instanceof String text) {
            value = text.isBlank() ? Double.NaN : parse(column, row, text);
        } else if (given == null) {
            value = Double.NaN;
        } else {
            throw expected(column, row, given);
        }
        if (Double.isNaN(value)) {
            missing(column, row);
            return Double.NaN;
        }
        if (Double.isInfinite(value)) {
            throw new SignatureException(column.name(), row, "must be a finite number, got " + shown(given));
        }
        return inRange(column, row, value);
    }

    /** A number that is there; NaN is a missing one. */
    static double number(Column column, int row, double value) {
        return Double.isFinite(value) ? inRange(column, row, value) : number(column, row, (Object) value);
    }

    private static double parse(Column column, int row, String text) {
        String trimmed = text.strip();
        // Double.parseDouble also takes "1d", "0x1p3" and "Infinity", which no other client understands as a number.
        if (trimmed.equals("NaN")) {
            return Double.NaN;
        }
        for (int i = 0; i < trimmed.length(); i++) {
            char c = trimmed.charAt(i);
            if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
                throw expected(column, row, text);
            }
        }
        try {
            return Double.parseDouble(trimmed);
        } catch (NumberFormatException e) {
            throw expected(column, row, text);
        }
    }

    /** 1, 0, or NaN when missing. */
    static double bool(Column column, int row, @Nullable Object given) {
        if (given == null || (given instanceof String text && text.isBlank())) {
            missing(column, row);
            return Double.NaN;
        }
        if (given instanceof Boolean value) {
            return value ? 1 : 0;
        }
        if (given instanceof Number number && (number.doubleValue() == 0 || number.doubleValue() == 1)) {
            return number.doubleValue();
        }
        if (given instanceof String text) {
            switch (text.strip()) {
                case "true", "True", "TRUE", "1" -> {
                    return 1;
                }
                case "false", "False", "FALSE", "0" -> {
                    return 0;
                }
                default -> {}
            }
        }
        throw expected(column, row, given);
    }

    /** Null when missing. */
    static @Nullable Long integer(Column column, int row, @Nullable Object given) {
        if (given == null
                || (given instanceof String text && text.isBlank())
                || (given instanceof Double real && real.isNaN())) {
            missing(column, row);
            return null;
        }
        long value = whole(column, row, given);
        inRange(column, row, value);
        return value;
    }

    private static long whole(Column column, int row, Object given) {
        try {
            if (given instanceof Long || given instanceof Integer || given instanceof Short || given instanceof Byte) {
                return ((Number) given).longValue();
            }
            if (given instanceof BigInteger big) {
                return big.longValueExact();
            }
            if (given instanceof BigDecimal big) {
                return exact(big);
            }
            if (given instanceof Number number) {
                return exact(new BigDecimal(number.toString()));
            }
            if (given instanceof String text && text.length() <= SHOWN) {
                return exact(new BigDecimal(text.strip()));
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw expected(column, row, given);
        }
        throw expected(column, row, given);
    }

    private static long exact(BigDecimal value) {
        // Guards longValueExact against 1e999999999, which would be expanded digit by digit.
        if (value.signum() != 0 && value.precision() - (long) value.scale() > 19) {
            throw new ArithmeticException("above 64 bits");
        }
        return value.longValueExact();
    }

    /** Epoch milliseconds; null when missing. */
    static @Nullable Long timestamp(Column column, int row, @Nullable Object given) {
        if (given == null || (given instanceof String text && text.isBlank())) {
            missing(column, row);
            return null;
        }
        long millis;
        try {
            if (given instanceof String text) {
                millis = text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-') && text.indexOf('-', 1) < 0
                        ? whole(column, row, text)
                        : instant(text.strip()).toEpochMilli();
            } else if (given instanceof Instant || given instanceof OffsetDateTime || given instanceof ZonedDateTime) {
                millis = Instant.from((TemporalAccessor) given).toEpochMilli();
            } else {
                millis = whole(column, row, given);
            }
        } catch (DateTimeException | ArithmeticException e) {
            throw expected(column, row, given);
        }
        if (millis < MIN_MILLIS || millis > MAX_MILLIS) {
            throw expected(column, row, given);
        }
        inRange(column, row, millis);
        return millis;
    }

    /** CSV files write times without an offset, or days alone: both are read as UTC. */
    private static Instant instant(String text) {
        TemporalAccessor parsed = DateTimeFormatter.ISO_DATE_TIME.parseBest(
                text.length() == 10 ? text + "T00:00:00Z" : text.replace(' ', 'T'),
                OffsetDateTime::from,
                LocalDateTime::from);
        return parsed instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : Instant.from(parsed);
    }

    /** Null when missing. */
    static @Nullable String text(Column column, int row, @Nullable Object given) {
        if (given == null) {
            missing(column, row);
            return null;
        }
        if (!(given instanceof String) && !(given instanceof Number) && !(given instanceof Boolean)) {
            throw expected(column, row, given);
        }
        String value = given.toString();
        if (!column.categories().isEmpty() && !column.categories().contains(value)) {
            int known = column.categories().size();
            throw new SignatureException(
                    column.name(),
                    row,
                    "unknown category " + shown(value) + ", expected one of "
                            + String.join(", ", column.categories().subList(0, Math.min(20, known)))
                            + (known > 20 ? ", ..." : ""));
        }
        return value;
    }

    static double inRange(Column column, int row, double value) {
        Double min = column.min();
        Double max = column.max();
        if (min != null && value < min) {
            throw new SignatureException(column.name(), row, "must be at least " + min + ", got " + value);
        }
        if (max != null && value > max) {
            throw new SignatureException(column.name(), row, "must be at most " + max + ", got " + value);
        }
        return value;
    }

    private static void missing(Column column, int row) {
        if (!column.nullable()) {
            throw new SignatureException(column.name(), row, "missing value, expected " + describe(column.type()));
        }
    }

    private static SignatureException expected(Column column, int row, Object given) {
        return new SignatureException(
                column.name(), row, "expected " + describe(column.type()) + ", got " + shown(given));
    }

    private static String describe(ColumnType type) {
        return switch (type) {
            case FLOAT64 -> "a number";
            case INT64 -> "a whole number of 64 bits";
            case STRING -> "text";
            case BOOL -> "true or false";
            case TIMESTAMP -> "an ISO-8601 time or epoch milliseconds";
        };
    }

    private static String shown(@Nullable Object given) {
        if (given instanceof String text) {
            return '"' + (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + '"';
        }
        if (given instanceof Number || given instanceof Boolean) {
            String text = given.toString();
            return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        }
        return given == null ? "nothing" : given instanceof Iterable ? "a list" : "an object";
    }
}
