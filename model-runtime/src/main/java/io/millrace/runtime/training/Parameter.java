package io.millrace.runtime.training;

/**
 * A parameter of a trainer.
 *
 * @param whole only whole numbers
 * @param min smallest value, inclusive
 * @param max largest value, inclusive
 */
public record Parameter(String name, double byDefault, boolean whole, double min, double max, String description) {

    static Parameter whole(String name, int byDefault, int min, int max, String description) {
        return new Parameter(name, byDefault, true, min, max, description);
    }

    static Parameter real(String name, double byDefault, double min, double max, String description) {
        return new Parameter(name, byDefault, false, min, max, description);
    }

    /** Such as {@code a whole number from 1 to 100}. */
    public String expected() {
        return (whole ? "a whole number" : "a number") + " from " + show(min) + " to " + show(max);
    }

    private String show(double value) {
        return whole ? Long.toString((long) value) : Double.toString(value);
    }
}
