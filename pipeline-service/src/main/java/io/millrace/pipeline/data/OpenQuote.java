package io.millrace.pipeline.data;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * Follows the quotes of a CSV file while it is read. A parser takes a field that is still open at the end of the file for
 * complete; it is the sign of a file that was cut off, or of a forgotten quote that swallowed the rest of the rows.
 */
final class OpenQuote extends FilterReader {

    private enum State {
        FIELD_START,
        PLAIN,
        QUOTED,
        CLOSED
    }

    private final char delimiter;
    private State state = State.FIELD_START;
    private long line = 1;
    private long openedIn;

    OpenQuote(Reader in, char delimiter) {
        super(in);
        this.delimiter = delimiter;
    }

    /** Whether what was read so far ends inside a quoted field. */
    boolean open() {
        return state == State.QUOTED;
    }

    /** Line, from 1, in which the last quoted field began. */
    long openedIn() {
        return openedIn;
    }

    @Override
    public int read() throws IOException {
        int c = super.read();
        if (c >= 0) {
            follow((char) c);
        }
        return c;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        for (int i = offset; i < offset + count; i++) {
            follow(buffer[i]);
        }
        return count;
    }

    private void follow(char c) {
        if (c == '\n') {
            line++;
        }
        boolean end = c == delimiter || c == '\n' || c == '\r';
        state = switch (state) {
            case FIELD_START -> {
                if (c == '"') {
                    openedIn = line;
                    yield State.QUOTED;
                }
                yield end ? State.FIELD_START : State.PLAIN;
            }
            case PLAIN -> end ? State.FIELD_START : State.PLAIN;
            case QUOTED -> c == '"' ? State.CLOSED : State.QUOTED;
            case CLOSED -> c == '"' ? State.QUOTED : end ? State.FIELD_START : State.PLAIN;
        };
    }
}
