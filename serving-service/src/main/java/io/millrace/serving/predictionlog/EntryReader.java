package io.millrace.serving.predictionlog;

import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what {@link EntryWriter} wrote. Throws some RuntimeException at bytes that are something else. */
final class EntryReader {

    private final ByteBuffer from;

    private EntryReader(ByteBuffer from) {
        this.from = from;
    }

    /** Whether a record is an entry; otherwise it is a line of COPY that a release before wrote. */
    static boolean isEntry(byte[] record) {
        return record[0] == EntryWriter.FORMAT;
    }

    /** The entry, without its redacted columns. Its inputs are read when they are given, and may throw only then. */
    static PredictionEntry read(byte[] record) {
        return new EntryReader(ByteBuffer.wrap(record, 1, record.length - 1)).entry();
    }

    private PredictionEntry entry() {
        int flags = from.get();
        UUID id = new UUID(from.getLong(), from.getLong());
        String endpoint = text();
        String arm = text();
        String role = text();
        String model = text();
        int version = from.getInt();
        Instant eventAt = time();
        Instant receivedAt = time();
        String requestId = text();
        String routeKey = maybeText();
        Double score = (flags & EntryWriter.SCORED) == 0 ? null : from.getDouble();
        String label = maybeText();
        String decision = maybeText();
        String parts = maybeText();
        Double distance = (flags & EntryWriter.DISTANT) == 0 ? null : from.getDouble();
        Comparison compared = (flags & EntryWriter.COMPARED) == 0
                ? null
                : new Comparison((flags & EntryWriter.AGREES) != 0, distance);
        long latencyMicros = from.getLong();
        ByteBuffer inputs = from.slice();
        return new PredictionEntry(
                id,
                endpoint,
                arm,
                role,
                model,
                version,
                eventAt,
                receivedAt,
                requestId,
                routeKey,
                to -> new EntryReader(inputs.duplicate()).give(to),
                Set.of(),
                1,
                score,
                label,
                decision,
                parts,
                compared,
                latencyMicros);
    }

    private void give(RowValues.Receiver to) {
        for (byte what = from.get(); what != EntryWriter.END; what = from.get()) {
            String column = text();
            switch (what) {
                case EntryWriter.REAL -> to.real(column, from.getDouble());
                case EntryWriter.WHOLE -> to.whole(column, from.getLong());
                case EntryWriter.TEXT -> to.other(column, text());
                case EntryWriter.JSON -> to.other(column, new RawValue(text()));
                case EntryWriter.YES -> to.other(column, true);
                case EntryWriter.NO -> to.other(column, false);
                case EntryWriter.NONE -> to.other(column, null);
                default -> throw new IllegalArgumentException("no kind of input: " + what);
            }
        }
    }

    private Instant time() {
        return Instant.ofEpochSecond(from.getLong(), from.getInt());
    }

    private String text() {
        return Objects.requireNonNull(maybeText());
    }

    private @Nullable String maybeText() {
        int size = 0;
        byte group;
        int shift = 0;
        do {
            group = from.get();
            size |= (group & 0x7F) << shift;
            shift += 7;
        } while (group < 0);
        if (size == 0) {
            return null;
        }
        int length = size - 1;
        String text = new String(from.array(), from.arrayOffset() + from.position(), length, StandardCharsets.UTF_8);
        from.position(from.position() + length);
        return text;
    }
}
