package io.millrace.runtime.xgboost;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads Universal Binary JSON (draft 12) as {@link Json} reads text. Whatever the bytes say, it takes no more memory than eight times their number. */
final class Ubj {

    private final ByteBuffer in;

    private Ubj(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    /** @throws IllegalArgumentException for anything that is not one UBJ value */
    static Node read(byte[] bytes) {
        Ubj reader = new Ubj(bytes);
        try {
            Node node = new Node("", reader.value(reader.in.get(), 0));
            if (reader.in.hasRemaining()) {
                throw new IllegalArgumentException("there is more after its end");
            }
            return node;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it ends too early", e);
        }
    }

    private Object value(byte marker, int depth) {
        if (depth > Node.MAX_DEPTH) {
            throw new IllegalArgumentException("it is nested more than " + Node.MAX_DEPTH + " deep");
        }
        return switch (marker) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case 'S' -> text();
            case 'C' -> String.valueOf((char) (in.get() & 0xff));
            case 'T' -> 1.0;
            case 'F' -> 0.0;
            default -> number(marker);
        };
    }

    private double number(byte marker) {
        return switch (marker) {
            case 'i' -> in.get();
            case 'U' -> in.get() & 0xff;
            case 'I' -> in.getShort();
            case 'l' -> in.getInt();
            case 'L' -> in.getLong();
            case 'd' -> in.getFloat();
            case 'D' -> in.getDouble();
            default -> throw new IllegalArgumentException("unknown marker " + marker);
        };
    }

    private static int width(byte marker) {
        return switch (marker) {
            case 'i', 'U' -> 1;
            case 'I' -> 2;
            case 'l', 'd' -> 4;
            case 'L', 'D' -> 8;
            default -> 0;
        };
    }

    /** A length, which must not be more than the bytes that are left can hold. */
    private int length(int width) {
        double length = number(in.get());
        if (!(length >= 0 && length * width <= in.remaining()) || length != Math.rint(length)) {
            throw new IllegalArgumentException("a length is wrong");
        }
        return (int) length;
    }

    private String text() {
        byte[] bytes = new byte[length(1)];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private Object object(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (peek() == '$') {
            throw new IllegalArgumentException("objects of one type are not used by XGBoost");
        }
        boolean counted = peek() == '#';
        int left = 0;
        if (counted) {
            in.get();
            left = length(1);
        }
        while (counted ? left-- > 0 : peek() != '}') {
            String name = text();
            map.put(name, value(in.get(), depth + 1));
        }
        if (!counted) {
            in.get();
        }
        return map;
    }

    private Object array(int depth) {
        byte type = 0;
        if (peek() == '$') {
            in.get();
            type = in.get();
            if (width(type) == 0 || peek() != '#') {
                throw new IllegalArgumentException("a list of an unknown type");
            }
        }
        boolean counted = peek() == '#';
        int left = 0;
        if (counted) {
            in.get();
            left = length(type == 0 ? 1 : width(type));
        }
        if (type != 0) {
            double[] numbers = new double[left];
            for (int i = 0; i < left; i++) {
                numbers[i] = number(type);
            }
            return numbers;
        }
        List<Object> values = new ArrayList<>();
        while (counted ? left-- > 0 : peek() != ']') {
            values.add(value(in.get(), depth + 1));
        }
        if (!counted) {
            in.get();
        }
        return values.stream().allMatch(Double.class::isInstance)
                ? values.stream().mapToDouble(Double.class::cast).toArray()
                : values;
    }

    private byte peek() {
        if (!in.hasRemaining()) {
            throw new BufferUnderflowException();
        }
        return in.get(in.position());
    }
}
