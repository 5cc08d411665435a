package io.millrace.benchmarks.serving;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads what a load generator needs of an answer's head, byte by byte: text would cost as much as some servers' answers. */
final class AnswerHead {

    private static final byte[] OK = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final int CASE = 0x20;

    private AnswerHead() {}

    /**
     * Where an answer ends.
     *
     * @param bytes begin with the answer
     * @param count how many came so far
     * @return more than {@code count} when the head is not there yet
     * @throws IOException when it is any other than 200, or its length is not given
     */
    static int end(byte[] bytes, int count) throws IOException {
        int length = -1;
        int line = 0;
        for (int i = 0; i + 1 < count; i++) {
            if (bytes[i] != '\r' || bytes[i + 1] != '\n') {
                continue;
            }
            if (line == 0 && !starts(bytes, 0, i, OK)) {
                throw new IOException("not answered: " + new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
            }
            if (i == line) {
                if (length < 0) {
                    throw new IOException("an answer without a length");
                }
                return i + 2 + length;
            }
            if (starts(bytes, line, i, LENGTH)) {
                length = number(bytes, line + LENGTH.length, i);
            }
            i++;
            line = i + 1;
        }
        return Integer.MAX_VALUE;
    }

    private static boolean starts(byte[] bytes, int from, int to, byte[] expected) {
        if (to - from < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            int given = bytes[from + i];
            if (given != expected[i] && (given | CASE) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static int number(byte[] bytes, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            if (bytes[i] >= '0' && bytes[i] <= '9') {
                number = number * 10 + bytes[i] - '0';
            }
        }
        return number;
    }
}
