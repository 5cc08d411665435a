package io.millrace.registry.artifact;

import io.millrace.common.error.PlatformException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A logical path of a run's file. It is a key in a table and never a place on disk; even so it may not look like a trick. */
public record ArtifactPath(String value) {

    private static final int MAX_LENGTH = 1000;

    public ArtifactPath {
        String problem = problem(value);
        if (problem != null) {
            throw PlatformException.invalid("/path", "Invalid path: " + problem);
        }
    }

    private static @Nullable String problem(String path) {
        if (path.isEmpty() || path.getBytes(StandardCharsets.UTF_8).length > MAX_LENGTH) {
            return "it must be 1 to " + MAX_LENGTH + " bytes";
        }
        if (path.startsWith("/") || path.indexOf('\\') >= 0 || path.matches("(?s)[A-Za-z]:.*")) {
            return "it must be relative and use forward slashes";
        }
        if (path.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            return "it holds control characters";
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return "it has an empty, '.' or '..' part";
            }
        }
        return null;
    }
}
