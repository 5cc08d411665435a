package io.millrace.serving.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A test of one attribute of a request: a column of its rows or an HTTP header. An absent attribute passes no test.
 *
 * @param equalTo the value; numbers are compared as numbers, so 5 equals 5.0
 * @param in one of these values
 * @param min smallest number, inclusive
 * @param max largest number, inclusive
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Condition(
        @Nullable String column,
        @Nullable String header,
        @JsonProperty("equals") @Nullable String equalTo,
        List<String> in,
        @Nullable Double min,
        @Nullable Double max) {

    public Condition {
        in = Routing.list(in);
    }

    /** Whether the attribute's value passes. */
    public boolean holds(@Nullable String value) {
        if (value == null) {
            return false;
        }
        OptionalDouble number = number(value);
        if (equalTo != null) {
            return same(equalTo, value, number);
        }
        if (!in.isEmpty()) {
            return in.stream().anyMatch(each -> same(each, value, number));
        }
        return number.isPresent()
                && (min == null || number.getAsDouble() >= min)
                && (max == null || number.getAsDouble() <= max);
    }

    private static boolean same(String wanted, String value, OptionalDouble number) {
        if (wanted.equals(value)) {
            return true;
        }
        OptionalDouble other = number.isPresent() ? number(wanted) : number;
        return other.isPresent() && number.isPresent() && other.getAsDouble() == number.getAsDouble();
    }

    /** A finite decimal number. Java's own suffixes and hexadecimal forms are text here. */
    private static OptionalDouble number(String text) {
        if (text.isEmpty() || text.length() > 100) {
            return OptionalDouble.empty();
        }
        for (int i = 0; i < text.length(); i++) {
            if ("+-.0123456789eE".indexOf(text.charAt(i)) < 0) {
                return OptionalDouble.empty();
            }
        }
        try {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
