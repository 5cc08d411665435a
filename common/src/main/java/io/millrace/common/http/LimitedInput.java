package io.millrace.common.http;

import io.millrace.common.error.PlatformException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/** A stream that may not give more than so many bytes: with the first one beyond them reading fails. */
public class LimitedInput extends FilterInputStream {

    private final Supplier<PlatformException> tooMuch;
    private long left;

    /** @param tooMuch what is thrown beyond {@code limit} bytes */
    public LimitedInput(InputStream in, long limit, Supplier<PlatformException> tooMuch) {
        super(in);
        this.left = limit;
        this.tooMuch = tooMuch;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int read = super.read(bytes, from, length);
        count(Math.max(read, 0));
        return read;
    }

    private void count(int read) {
        left -= read;
        if (left < 0) {
            throw tooMuch.get();
        }
    }
}
