package io.millrace.runtime.lightgbm;

import java.util.HashMap;
import java.util.Map;
import java.util.StringTokenizer;

/** Lines {@code key=value} of one part of the file. What is not as expected is an IllegalArgumentException that says where. */
record Section(String name, Map<String, String> values) {

    Section(String name) {
        this(name, new HashMap<>());
    }

    void add(String line) {
        int at = line.indexOf('=');
        values.put(at < 0 ? line : line.substring(0, at), at < 0 ? "" : line.substring(at + 1));
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    String text(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException(name + " has no " + key);
        }
        return value;
    }

    int whole(String key) {
        try {
            return Integer.parseInt(text(key).strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": " + key + " is no whole number", e);
        }
    }

    /** Exactly so many numbers. */
    double[] numbers(String key, int count) {
        StringTokenizer words = new StringTokenizer(text(key), " ");
        check(key, count, words.countTokens());
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            String word = words.nextToken();
            try {
                numbers[i] = word.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(word);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + ": " + key + " holds " + word, e);
            }
        }
        return numbers;
    }

    /** Exactly so many whole numbers, unsigned ones of 32 bits among them. */
    int[] wholes(String key, int count) {
        StringTokenizer words = new StringTokenizer(text(key), " ");
        check(key, count, words.countTokens());
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            String word = words.nextToken();
            try {
                long number = Long.parseLong(word);
                if (number < Integer.MIN_VALUE || number > 0xffffffffL) {
                    throw new NumberFormatException(word);
                }
                numbers[i] = (int) number;
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + ": " + key + " holds " + word, e);
            }
        }
        return numbers;
    }

    private void check(String key, int expected, int actual) {
        if (expected != actual) {
            throw new IllegalArgumentException(name + ": " + key + " has " + actual + " values, not " + expected);
        }
    }
}
