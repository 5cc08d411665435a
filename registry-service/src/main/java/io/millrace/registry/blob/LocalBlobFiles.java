package io.millrace.registry.blob;

import io.millrace.common.error.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Files named by the SHA-256 of their content, below a folder. */
final class LocalBlobFiles implements BlobFiles {

    private static final int BUFFER = 128 * 1024;

    private final Path root;

    LocalBlobFiles(Path root) {
        this.root = root.toAbsolutePath();
    }

    @Override
    public Incoming receive(InputStream content) {
        try {
            Path temporary = Files.createTempFile(Files.createDirectories(leftovers()), "upload", ".part");
            try {
                return receive(content, temporary);
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(temporary);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a file could not be stored", e);
        }
    }

    private Path leftovers() {
        return root.resolve("incoming");
    }

    private Incoming receive(InputStream content, Path temporary) throws IOException {
        MessageDigest digest = Digests.sha256();
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
        return new IncomingFile(Digests.hex(digest), size, temporary);
    }

    private final class IncomingFile implements Incoming {

        private final String sha256;
        private final long sizeBytes;
        private final Path temporary;

        IncomingFile(String sha256, long sizeBytes, Path temporary) {
            this.sha256 = sha256;
            this.sizeBytes = sizeBytes;
            this.temporary = temporary;
        }

        @Override
        public String sha256() {
            return sha256;
        }

        @Override
        public long sizeBytes() {
            return sizeBytes;
        }

        @Override
        public void keep() {
            Path target = path(sha256);
            try {
                if (!Files.exists(target)) {
                    Files.createDirectories(target.getParent());
                    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("a file could not be stored", e);
            }
        }

        @Override
        public void close() {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                throw new UncheckedIOException("a file could not be removed", e);
            }
        }
    }

    private Path path(String sha256) {
        return root.resolve(Digests.checked(sha256).substring(0, 2)).resolve(sha256);
    }

    @Override
    public BlobContent get(String sha256) {
        Path file = path(sha256);
        if (!Files.exists(file)) {
            throw PlatformException.notFound("content in the store", sha256);
        }
        return new FileContent(file);
    }

    private record FileContent(Path path) implements BlobContent {

        @Override
        public InputStream open(long first, long length) throws IOException {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            channel.position(first);
            return new Bounded(Channels.newInputStream(channel), length);
        }

        @Override
        public byte[] bytes() throws IOException {
            return Files.readAllBytes(path);
        }

        @Override
        public Optional<Path> file() {
            return Optional.of(path);
        }
    }

    @Override
    public boolean delete(String sha256) {
        try {
            return Files.deleteIfExists(path(sha256));
        } catch (IOException e) {
            throw new UncheckedIOException("a file could not be deleted", e);
        }
    }

    @Override
    public int deleteLeftovers(Instant before) {
        if (!Files.isDirectory(leftovers())) {
            return 0;
        }
        try (Stream<Path> files = Files.list(leftovers())) {
            int deleted = 0;
            for (Path file : files.toList()) {
                if (deleteLeftover(file, before)) {
                    deleted++;
                }
            }
            return deleted;
        } catch (IOException e) {
            throw new UncheckedIOException("leftovers could not be deleted", e);
        }
    }

    /** One that is gone meanwhile was kept or freed by its upload, or another collection was faster. */
    private static boolean deleteLeftover(Path file, Instant before) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(before) && Files.deleteIfExists(file);
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
