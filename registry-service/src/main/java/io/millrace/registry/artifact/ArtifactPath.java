package io.millrace.registry.artifact;

import io.millrace.common.error.PlatformException;
import java.io.ByteArrayOutputStream;
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
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (path.isEmpty() || bytes.length > MAX_LENGTH) {
            return "it must be 1 to " + MAX_LENGTH + " bytes";
        }
        if (!new String(bytes, StandardCharsets.UTF_8).equals(path)) {
            return "it holds half a character";
        }
        String problem = problemAsItStands(path);
        return problem == null && hidesATrick(path) ? "it hides a trick behind percent signs" : problem;
    }

    private static @Nullable String problemAsItStands(String path) {
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

    /** Decodes until nothing changes, for the tools that will decode a name more often than they should. */
    private static boolean hidesATrick(String path) {
        String decoded = path;
        for (int i = 0; i < MAX_DECODINGS; i++) {
            String next = decode(decoded);
            if (next.equals(decoded)) {
                return false;
            }
            if (slashes(next) != slashes(path) || replaced(next) != replaced(path) || problemAsItStands(next) != null) {
                return true;
            }
            decoded = next;
        }
        return !decode(decoded).equals(decoded);
    }

    private static long slashes(String path) {
        return path.chars().filter(c -> c == '/').count();
    }

    /** Bytes that are no UTF-8 turn into this character, such as the overlong forms of a dot. */
    private static long replaced(String path) {
        return path.chars().filter(c -> c == '\ufffd').count();
    }

    /** Replaces what is an escape and leaves the rest, as lenient decoders do. A strict one could be put off by one bad escape. */
    private static String decode(String text) {
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(raw.length);
        for (int i = 0; i < raw.length; i++) {
            int value = raw[i] == '%' && i + 2 < raw.length ? hex(raw[i + 1]) * 16 + hex(raw[i + 2]) : -1;
            boolean escape = value >= 0 && hex(raw[i + 1]) >= 0 && hex(raw[i + 2]) >= 0;
            decoded.write(escape ? value : raw[i]);
            i += escape ? 2 : 0;
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }

    private static int hex(byte character) {
        return Character.digit(character, 16);
    }
}
