package io.millrace.registry.artifact;

import io.millrace.common.error.PlatformException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A logical path of a run's file. It is a key in a table and never a place on disk; even so it may not look like a trick. */
public record ArtifactPath(String value) {

    private static final int MAX_LENGTH = 1000;
    private static final int MAX_DECODINGS = 10;

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
            if (hidesATrick(part)) {
                return "it hides a separator, a control character or '..' behind percent signs";
            }
        }
        return null;
    }

    /** Decodes until nothing changes, for the tools that will decode a name once more than they should. */
    private static boolean hidesATrick(String part) {
        String decoded = part;
        for (int i = 0; i < MAX_DECODINGS && decoded.indexOf('%') >= 0; i++) {
            String next;
            try {
                next = URLDecoder.decode(decoded.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return false;
            }
            if (next.equals("..")
                    || next.equals(".")
                    || next.chars().anyMatch(c -> c == '/' || c == '\\' || c < 0x20)) {
                return true;
            }
            decoded = next;
        }
        return decoded.indexOf('%') >= 0 && !decoded.equals(part);
    }
}
