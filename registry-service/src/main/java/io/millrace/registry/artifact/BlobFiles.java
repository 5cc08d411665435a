package io.millrace.registry.artifact;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Files named by the SHA-256 of their content, below the service's data folder. Nothing a client sends names a file. */
@ApplicationScoped
class BlobFiles {

    private static final int BUFFER = 128 * 1024;

    /** What was stored. */
    record Blob(String sha256, long sizeBytes) {}

    private final Path root;

    BlobFiles(@ConfigProperty(name = "millrace.data-dir") String dataDirectory) {
        this.root = Path.of(dataDirectory).toAbsolutePath().resolve("blobs");
    }

    /**
     * Streams a file to disk, checks its digest, makes it durable and only then gives it its name.
     *
     * @param expected digest the client promised, in hex; another one is refused and nothing is kept
     */
    Blob store(InputStream content, @Nullable String expected) {
        try {
            Path incoming = Files.createDirectories(root.resolve("incoming"));
            Path temporary = Files.createTempFile(incoming, "upload", ".part");
            try {
                return keep(temporary, content, expected);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a file could not be stored", e);
        }
    }

    private Blob keep(Path temporary, InputStream content, @Nullable String expected) throws IOException {
        MessageDigest digest = sha256();
        long size = 0;
        try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE);
                InputStream in = new DigestInputStream(content, digest)) {
            byte[] buffer = new byte[BUFFER];
            int read;
            while ((read = in.read(buffer)) > 0) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    size += file.write(bytes);
                }
            }
            file.force(true);
        }
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (expected != null && !expected.equalsIgnoreCase(sha256)) {
            throw new PlatformException(
                    ErrorCode.UNPROCESSABLE, "The content's SHA-256 is " + sha256 + ", the header said " + expected);
        }
        Path target = path(sha256);
        if (!Files.exists(target)) {
            Files.createDirectories(target.getParent());
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return new Blob(sha256, size);
    }

    /** The file of a digest that the database knows. */
    Path path(String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a digest: " + sha256);
        }
        return root.resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
