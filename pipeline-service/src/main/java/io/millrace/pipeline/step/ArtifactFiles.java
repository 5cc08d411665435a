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
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Immutable files named by the SHA-256 of their content. Safe for concurrent use. */
@ApplicationScoped
public class ArtifactFiles {

    /** What a sweep found: files and bytes that nobody needs, and the number of files it left. */
    public record Sweep(long files, long bytes, long kept) {}

    private final Path root;
    private final Clock clock;

    /** Shared by whoever makes sure of a file, exclusive for a deletion: a file that was just promised is not deleted. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();

    ArtifactFiles(@ConfigProperty(name = "millrace.data-dir") String dataDirectory, Clock clock) {
        this.root = Path.of(dataDirectory).toAbsolutePath().resolve("artifacts");
        this.clock = clock;
    }

    /** Keeps a copy of a file, durable before this returns; answers its digest in lower-case hex. */
    public String put(Path file) {
        use.readLock().lock();
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
            touch(target);
            return sha256;
        } catch (IOException e) {
            throw new UncheckedIOException("an artifact could not be stored", e);
        } finally {
            use.readLock().unlock();
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
        use.readLock().lock();
        try {
            Path file = path(sha256);
            boolean held = Files.isRegularFile(file) && digest(file).equals(sha256);
            if (held) {
                touch(file);
            }
            return held;
        } catch (IOException e) {
            throw new UncheckedIOException("an artifact could not be read", e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** A file's time is when it was last made sure of; a sweep leaves what is young, for a step may be about to name it. */
    private void touch(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    }

    /**
     * Deletes what is not needed and was last made sure of before {@code olderThan}; with {@code dryRun} only counts it.
     *
     * @param needed digests to keep, whatever their age
     */
    public Sweep sweep(Set<String> needed, Instant olderThan, boolean dryRun) {
        if (!Files.isDirectory(root)) {
            return new Sweep(0, 0, 0);
        }
        long files = 0;
        long bytes = 0;
        long kept = 0;
        try (Stream<Path> all = Files.walk(root, 2)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                long size = needed.contains(file.getFileName().toString()) ? -1 : remove(file, olderThan, dryRun);
                if (size < 0) {
                    kept++;
                } else {
                    files++;
                    bytes += size;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the artifacts could not be swept", e);
        }
        return new Sweep(files, bytes, kept);
    }

    /** Size of the file that went, or would; -1 when it stays. */
    private long remove(Path file, Instant olderThan, boolean dryRun) throws IOException {
        use.writeLock().lock();
        try {
            if (!Files.getLastModifiedTime(file).toInstant().isBefore(olderThan)) {
                return -1;
            }
            long size = Files.size(file);
            if (!dryRun) {
                Files.delete(file);
            }
            return size;
        } finally {
            use.writeLock().unlock();
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
