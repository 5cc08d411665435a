package io.millrace.serving.predictionlog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.serving.predictionlog.spool.Records;
import io.millrace.serving.predictionlog.spool.Spool;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries as records of the {@link Spool}, in a form that costs the answering thread little: numbers as they are in memory.
 * {@link CopyRow} reads them. Redacted columns are left out here, so that they never reach the disk. Used by one thread.
 */
final class EntryWriter implements RowValues.Receiver {

    /** Begins each record, and changes when the form does. */
    static final byte FORMAT = 1;

    static final int SCORED = 1;
    static final int COMPARED = 2;
    static final int AGREES = 4;
    static final int DISTANT = 8;

    /** What an input is. */
    static final byte END = 0;

    static final byte REAL = 1;
    static final byte WHOLE = 2;
    static final byte TEXT = 3;
    static final byte JSON = 4;
    static final byte YES = 5;
    static final byte NO = 6;
    static final byte NONE = 7;

    private final ObjectMapper mapper;
    private final Records records = new Records();
    private Set<String> redacted = Set.of();

    EntryWriter(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** What was added since they were cleared. */
    Records records() {
        return records;
    }

    /** Adds an entry's record, or nothing when it cannot be written. */
    void add(PredictionEntry entry) {
        records.begin();
        try {
            write(entry);
            records.end();
        } catch (RuntimeException e) {
            records.undo();
            throw e;
        }
    }

    private void write(PredictionEntry entry) {
        Double score = entry.score();
        Comparison compared = entry.comparison();
        Double distance = compared == null ? null : compared.distance();
        records.small(FORMAT);
        records.small((score == null ? 0 : SCORED)
                | (compared == null ? 0 : COMPARED)
                | (compared != null && compared.agrees() ? AGREES : 0)
                | (distance == null ? 0 : DISTANT));
        records.whole(entry.id().getMostSignificantBits());
        records.whole(entry.id().getLeastSignificantBits());
        records.text(entry.endpoint());
        records.text(entry.arm());
        records.text(entry.role());
        records.text(entry.model());
        records.whole(entry.version());
        time(entry.eventAt());
        time(entry.receivedAt());
        records.text(entry.requestId());
        records.text(entry.routeKey());
        if (score != null) {
            records.real(score);
        }
        records.text(entry.label());
        records.text(entry.decision());
        records.text(entry.parts());
        if (distance != null) {
            records.real(distance);
        }
        records.whole(entry.latencyMicros());
        redacted = entry.redacted();
        entry.inputs().give(this);
        records.small(END);
    }

    /** Adds a time, in microseconds since 1970. */
    private void time(Instant time) {
        records.whole(time.getEpochSecond() * 1_000_000 + time.getNano() / 1000);
    }

    @Override
    public void real(String column, double value) {
        if (named(REAL, column)) {
            records.real(value);
        }
    }

    @Override
    public void whole(String column, long value) {
        if (named(WHOLE, column)) {
            records.whole(value);
        }
    }

    @Override
    public void other(String column, @Nullable Object value) {
        if (value == null) {
            named(NONE, column);
        } else if (value instanceof Boolean flag) {
            named(flag ? YES : NO, column);
        } else if (value instanceof Integer number) {
            whole(column, number);
        } else if (value instanceof String text) {
            if (named(TEXT, column)) {
                records.text(text);
            }
        } else if (named(JSON, column)) {
            try {
                records.raw(mapper.writeValueAsBytes(value));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException("inputs cannot be written as JSON", e);
            }
        }
    }

    /** Begins an input; false when it must not be kept. */
    private boolean named(byte what, String column) {
        if (redacted.contains(column)) {
            return false;
        }
        records.small(what);
        records.text(column);
        return true;
    }
}
