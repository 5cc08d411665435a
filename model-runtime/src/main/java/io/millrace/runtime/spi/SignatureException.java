package io.millrace.runtime.spi;

import org.jspecify.annotations.Nullable;

/** Input that does not fit a model's signature. The message is written for the sender of the rows and holds no other row's data. */
public final class SignatureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final @Nullable Integer row;

    public SignatureException(String field, @Nullable Integer row, String problem) {
        super((row == null ? "" : "row " + row + ", ") + "column '" + field + "': " + problem);
        this.field = field;
        this.row = row;
    }

    /** Name of the first column that does not fit. */
    public String field() {
        return field;
    }

    /** Index of the bad row in the batch, from 0; null when the whole batch lacks the column. */
    public @Nullable Integer row() {
        return row;
    }
}
