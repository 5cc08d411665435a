package io.millrace.pipeline.step;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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

/** Immutable files named by the SHA-256 of their content. Safe for concurrent use. */
@ApplicationScoped
public class ArtifactFiles {

    private final Path root;

    ArtifactFiles(@ConfigProperty(name = "millrace.data-dir") String dataDirectory) {
        this.root = Path.of(dataDirectory).toAbsolutePath().resolve("artifacts");
    }

    /** Keeps a copy of a file, durable before this returns; answers its digest in lower-case hex. */
    public String put(Path file) {
        try {
            String sha256 = digest(file);
            Path target = path(sha256);
            if (!Files.exists(target)) {
                Files.createDirectories(target.getParent());
                Path temporary = Files.createTempFile(target.getParent(), "new", ".part");
                Files.copy(file, temporary, StandardCopyOption.REPLACE_EXISTING);
                try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            return sha256;
        } catch (IOException e) {
            throw new UncheckedIOException("an artifact could not be stored", e);
        }
    }

    /** Where the content of a digest lies. */
    public Path path(String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a digest: " + sha256);
        }
        return root.resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    /** SHA-256 of a file's content in lower-case hex. */
    public static String digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Whether the content of a digest is there, and still is that content. */
    public boolean holds(String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            return false;
        }
        try {
            Path file = path(sha256);
            return Files.isRegularFile(file) && digest(file).equals(sha256);
        } catch (IOException e) {
            throw new UncheckedIOException("an artifact could not be read", e);
        }
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
