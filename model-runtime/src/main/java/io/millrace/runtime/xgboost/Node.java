package io.millrace.runtime.xgboost;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value in the file and where it stands. What is not as expected is an IllegalArgumentException that says where. */
record Node(String path, Object value) {

    static final int MAX_DEPTH = 32;

    Optional<Node> find(String name) {
        Object child = value instanceof Map<?, ?> map ? map.get(name) : null;
        return child == null ? Optional.empty() : Optional.of(new Node(path + "/" + name, child));
    }

    Node get(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException(path + "/" + name + " is missing"));
    }

    List<Node> list() {
        if (value instanceof double[] numbers && numbers.length == 0) {
            return List.of();
        }
        if (!(value instanceof List<?> values)) {
            throw expected("a list");
        }
        List<Node> nodes = new ArrayList<>();
        for (Object child : values) {
            nodes.add(new Node(path + "/" + nodes.size(), child));
        }
        return nodes;
    }

    String text() {
        if (value instanceof String text) {
            return text;
        }
        throw expected("text");
    }

    /** XGBoost writes most parameters as text. */
    double number() {
        if (value instanceof Double number) {
            return number;
        }
        try {
            return Double.parseDouble(text());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(path + " is not a number", e);
        }
    }

    int whole() {
        return whole(number());
    }

    double[] numbers() {
        if (value instanceof double[] numbers) {
            return numbers;
        }
        throw expected("a list of numbers");
    }

    int[] wholes() {
        double[] numbers = numbers();
        int[] wholes = new int[numbers.length];
        for (int i = 0; i < wholes.length; i++) {
            wholes[i] = whole(numbers[i]);
        }
        return wholes;
    }

    private int whole(double number) {
        if (number != (int) number) {
            throw expected("a whole number");
        }
        return (int) number;
    }

    private IllegalArgumentException expected(String what) {
        return new IllegalArgumentException(path + " is not " + what);
    }
}
