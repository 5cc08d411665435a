package io.millrace.common.error;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An error on its way out, before a dialect puts it into words. */
public record Problem(
        ErrorCode code,
        String detail,
        String instance,
        @Nullable String requestId,
        List<FieldError> errors) {}
