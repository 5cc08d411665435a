package io.millrace.serving.predictionlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fields of a row of COPY in binary format, as PostgreSQL reads them. */
final class CopiedRow {

    private final Map<String, @Nullable ByteBuffer> fields = new HashMap<>();

    CopiedRow(byte[] row) {
        ByteBuffer from = ByteBuffer.wrap(row);
        String[] columns = CopyRow.COLUMNS.split(", *", -1);
        if (from.getShort() != columns.length) {
            throw new IllegalArgumentException("another number of fields");
        }
        for (String column : columns) {
            int size = from.getInt();
            fields.put(column, size < 0 ? null : from.slice(from.position(), size));
            from.position(from.position() + Math.max(size, 0));
        }
        if (from.hasRemaining()) {
            throw new IllegalArgumentException("more than the fields");
        }
    }

    private @Nullable ByteBuffer field(String column) {
        ByteBuffer field = fields.get(column);
        return field == null ? null : field.duplicate();
    }

    @Nullable
    String text(String column) {
        ByteBuffer field = field(column);
        return field == null ? null : StandardCharsets.UTF_8.decode(field).toString();
    }

    @Nullable
    Double real(String column) {
        ByteBuffer field = field(column);
        return field == null ? null : field.getDouble();
    }

    @Nullable
    Boolean flag(String column) {
        ByteBuffer field = field(column);
        return field == null ? null : field.get() == 1;
    }

    /** Four or eight bytes. */
    long whole(String column) {
        ByteBuffer field = Objects.requireNonNull(field(column));
        return field.remaining() == 4 ? field.getInt() : field.getLong();
    }

    Instant time(String column) {
        return Instant.parse("2000-01-01T00:00:00Z").plus(whole(column), ChronoUnit.MICROS);
    }

    UUID id() {
        ByteBuffer field = Objects.requireNonNull(field("id"));
        return new UUID(field.getLong(), field.getLong());
    }
}
