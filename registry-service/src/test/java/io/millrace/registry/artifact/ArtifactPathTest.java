package io.millrace.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.common.error.PlatformException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactPathTest {

    private static final int CASES = 100_000;
    private static final int DECODINGS = 10;
    private static final List<Path> ROOTS = Stream.of("/srv/blobs", "/", "/a/b/c/d/e", "relative/root")
            .map(root -> Path.of(root).toAbsolutePath().normalize())
            .toList();
    private static final Pattern BEYOND_ASCII = Pattern.compile("[^\\x00-\\x7f]");

    /** What tricks are made of. */
    private static final List<String> PIECES = List.of(
            "..",
            ".",
            "...",
            "/",
            "//",
            "\\",
            "%",
            "%2e",
            "%2E",
            "%2f",
            "%2F",
            "%5c",
            "%5C",
            "%00",
            "%0a",
            "%25",
            "%252e",
            "%252f",
            "%25252e",
            "%c0%ae",
            "%c0%af",
            "%e0%80%ae",
            "%u002e",
            "%zz",
            "%2",
            "\u0000",
            "\n",
            "\t",
            "\u007f",
            "\u2024",
            "\u2025",
            "\uff0e",
            "\uff0f",
            "\u2215",
            "\u202e",
            "\ud800",
            "C:",
            "c:",
            "file:",
            "~",
            "$HOME",
            ";",
            "?",
            "#",
            "&",
            "+",
            " ",
            "*",
            "|",
            "a",
            "b1",
            "model",
            "MLmodel",
            "größe",
            ".hidden",
            "CON",
            "etc",
            "passwd",
            ":",
            "::",
            "\ufeff",
            "\u200b");

    private static String hostile(Random random) {
        StringBuilder path = new StringBuilder();
        int pieces = 1 + random.nextInt(8);
        for (int i = 0; i < pieces; i++) {
            String piece = random.nextInt(20) == 0
                    ? Character.toString(random.nextInt(0x500))
                    : PIECES.get(random.nextInt(PIECES.size()));
            for (int encodings = random.nextInt(12) - 8; encodings > 0; encodings--) {
                piece = encode(piece);
            }
            path.append(piece);
            if (random.nextInt(3) == 0) {
                path.append('/');
            }
        }
        return path.toString();
    }

    private static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            encoded.append('%').append(HexFormat.of().toHexDigits(b));
        }
        return encoded.toString();
    }

    /** As careless tools do: every valid escape is replaced, anything else stays. Not the decoder under test. */
    private static String decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length; i++) {
            int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
            if (raw[i] == '%' && high >= 0 && low >= 0) {
                bytes.write(high * 16 + low);
                i += 2;
            } else {
                bytes.write(raw[i]);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Optional<ArtifactPath> accepted(String path) {
        try {
            return Optional.of(new ArtifactPath(path));
        } catch (PlatformException e) {
            return Optional.empty();
        }
    }

    @Test
    void keepsWhateverItAcceptsBelowAnyRootHoweverOftenItIsDecoded() {
        Random random = new Random(20261123);
        List<String> escaped = new ArrayList<>();
        int accepted = 0;
        for (int i = 0; i < CASES; i++) {
            String path = hostile(random);
            if (accepted(path).isEmpty()) {
                continue;
            }
            accepted++;
            String decoded = path;
            for (int decodings = 0; decodings <= DECODINGS; decodings++) {
                if (leaves(decoded) || (decoded.indexOf('\\') >= 0 && leaves(decoded.replace('\\', '/')))) {
                    escaped.add(path + " after " + decodings + " decodings: " + decoded);
                    break;
                }
                String again = decode(decoded);
                if (again.equals(decoded)) {
                    break;
                }
                decoded = again;
            }
        }

        assertThat(escaped).isEmpty();
        // The property means something only when a good part passes.
        assertThat(accepted).isBetween(CASES / 50, CASES * 3 / 4);
    }

    /** Letters beyond ASCII are replaced: whether the file system of the test takes them does not matter. */
    private static boolean leaves(String path) {
        String ascii = BEYOND_ASCII.matcher(path).replaceAll("x");
        for (Path base : ROOTS) {
            try {
                Path resolved = base.resolve(ascii).normalize();
                if (!resolved.startsWith(base) || resolved.equals(base)) {
                    return true;
                }
            } catch (InvalidPathException e) {
                return true;
            }
        }
        return false;
    }

    @Test
    void findsTheSameOwnerAndASafePathInWhateverTheProxyAccepts() {
        Random random = new Random(42);
        String run = "0123456789abcdef0123456789abcdef";
        for (int i = 0; i < CASES; i++) {
            String hostile = hostile(random);
            Optional<ArtifactLocation> location = ArtifactLocation.parse(
                    (random.nextBoolean() ? "0/" : hostile + "/") + run + "/artifacts/" + hostile);
            if (location.isPresent() && accepted(location.get().path()).isPresent()) {
                assertThat(location.get().owner().id()).matches("(m-)?[0-9a-f]{32}");
                assertThat(leaves(location.get().path())).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "model/MLmodel",
                "a/b.c/d-e_f",
                "größe.txt",
                "100%",
                "50% off.csv",
                ".hidden",
                "a..b",
                "...",
                "a b",
                "x+y",
                "plus%2Bsign"
            })
    void takesOrdinaryNames(String path) {
        assertThat(new ArtifactPath(path).value()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                "..",
                "a/..",
                "../a",
                "./a",
                "a/.",
                "a\\b",
                "C:/a",
                "c:a",
                "a\u0000b",
                "a\nb",
                "%2e%2e",
                "a/%2e%2e/b",
                "a%2fb",
                "a%5cb",
                "%252e%252e",
                "%25252e%25252e",
                "a%00",
                "%zz%2f..",
                "%2e%252e/%zz",
                "a%7f",
                "x%00%zz",
                "%c0%ae%c0%ae",
                "%43:a",
                "a%2f%zz",
                "\ud800"
            })
    void refusesTricks(String path) {
        assertThatThrownBy(() -> new ArtifactPath(path))
                .isInstanceOf(PlatformException.class)
                .hasMessageStartingWith("Invalid path");
    }

    @Test
    void boundsLengthInBytes() {
        assertThat(new ArtifactPath("ö".repeat(500)).value()).hasSize(500);
        assertThatThrownBy(() -> new ArtifactPath("ö".repeat(501))).isInstanceOf(PlatformException.class);
    }
}
