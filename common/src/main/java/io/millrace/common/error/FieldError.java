package io.millrace.common.error;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One bad field.
 *
 * @param pointer JSON pointer (RFC 6901) to the field, or the parameter's name after a slash
 * @param line line in a document that was sent, from 1
 * @param column column in that line, from 1
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FieldError(
        String pointer,
        String message,
        @Nullable Integer line,
        @Nullable Integer column) {

    public FieldError(String pointer, String message) {
        this(pointer, message, null, null);
    }
}
