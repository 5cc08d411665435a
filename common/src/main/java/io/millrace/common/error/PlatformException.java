package io.millrace.common.error;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The only exception that leaves a service on purpose. Its detail is written for the caller. */
public final class PlatformException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient List<FieldError> errors;
    private final transient @Nullable Missing missing;

    /** What was not found, for dialects that say it in their own words. */
    public record Missing(String kind, String id) {}

    public PlatformException(ErrorCode code, String detail) {
        this(code, detail, List.of(), null);
    }

    public PlatformException(ErrorCode code, String detail, List<FieldError> errors) {
        this(code, detail, errors, null);
    }

    public PlatformException(ErrorCode code, String detail, List<FieldError> errors, @Nullable Throwable cause) {
        this(code, detail, errors, cause, null);
    }

    private PlatformException(
            ErrorCode code,
            String detail,
            List<FieldError> errors,
            @Nullable Throwable cause,
            @Nullable Missing missing) {
        super(detail, cause);
        this.code = code;
        this.errors = List.copyOf(errors);
        this.missing = missing;
    }

    public ErrorCode code() {
        return code;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public List<FieldError> errors() {
        return errors;
    }

    /** What was not found; null when this is another error. */
    public @Nullable Missing missing() {
        return missing;
    }

    public static PlatformException notFound(String kind, String id) {
        return new PlatformException(
                ErrorCode.NOT_FOUND, "No such " + kind + ": " + id, List.of(), null, new Missing(kind, id));
    }

    public static PlatformException alreadyExists(String kind, String id) {
        return new PlatformException(ErrorCode.ALREADY_EXISTS, "The " + kind + " exists already: " + id);
    }

    public static PlatformException conflict(String detail) {
        return new PlatformException(ErrorCode.CONFLICT, detail);
    }

    public static PlatformException unavailable(String detail) {
        return new PlatformException(ErrorCode.UNAVAILABLE, detail);
    }

    /** One bad field; the pointer may be empty for the body as a whole. */
    public static PlatformException invalid(String pointer, String message) {
        return invalid(List.of(new FieldError(pointer, message)));
    }

    public static PlatformException invalid(List<FieldError> errors) {
        String detail = errors.stream().map(PlatformException::sentence).collect(Collectors.joining("; "));
        return new PlatformException(ErrorCode.INVALID_REQUEST, detail, errors);
    }

    private static String sentence(FieldError error) {
        String field = error.pointer().startsWith("/") ? error.pointer().substring(1) : error.pointer();
        String place = error.line() == null ? "" : "line " + error.line() + ": ";
        // A message that begins like a sentence names the field itself.
        boolean whole = error.message().matches("(?s)[\\p{Lu}'].*");
        return place + (field.isEmpty() || whole ? "" : field.replace('/', '.') + " ") + error.message();
    }
}
