package io.millrace.serving.guard;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Rows;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A version and every value of some rows, as one text of bytes. */
public final class RowsKey {

    private final byte[] bytes;
    private final int hash;

    private RowsKey(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    static RowsKey of(String version, Rows rows) {
        ByteArrayOutputStream buffer =
                new ByteArrayOutputStream(64 + rows.size() * rows.columns().size() * 9);
        try (DataOutputStream out = new DataOutputStream(buffer)) {
            text(out, version);
            out.writeInt(rows.size());
            for (Column column : rows.columns()) {
                text(out, column.name());
                out.writeByte(column.type().ordinal());
                for (int row = 0; row < rows.size(); row++) {
                    value(out, rows.value(column.name(), row));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RowsKey(buffer.toByteArray());
    }

    private static void value(DataOutputStream out, @Nullable Object value) throws IOException {
        out.writeBoolean(value != null);
        if (value instanceof Double number) {
            out.writeLong(Double.doubleToRawLongBits(number));
        } else if (value instanceof Long number) {
            out.writeLong(number);
        } else if (value instanceof Boolean bool) {
            out.writeBoolean(bool);
        } else if (value != null) {
            text(out, value.toString());
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(encoded.length);
        out.write(encoded);
    }

    int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowsKey key && hash == key.hash && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
