package io.millrace.serving.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.serving.client.registry.RegistryClient;
import io.millrace.serving.client.registry.RegistryVersion;
import io.millrace.serving.client.registry.VersionFile;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Files of versions on disk, so that a restart needs no registry.
 *
 * <p>{@code models/content/<digest>} holds the files of a version under the digest of its file list, {@code
 * models/index/<key>.json} says which list a version has. A folder appears under its name only when it is complete, and
 * every file's digest is checked each time before a model is loaded from it.
 */
@ApplicationScoped
class ModelFolders {

    private static final Logger LOG = Logger.getLogger(ModelFolders.class);
    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,199}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final int MAX_FILES = 1000;

    private final RegistryClient registry;
    private final ManifestCheck manifests;
    private final ObjectMapper json;
    private final long maxBytes;
    private final int keep;
    private final Path content;
    private final Path index;
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();

    ModelFolders(RegistryClient registry, ManifestCheck manifests, ObjectMapper json, ModelConfig config) {
        this.registry = registry;
        this.manifests = manifests;
        this.json = json;
        this.maxBytes = config.maxBytes();
        this.keep = config.keep();
        Path models = config.dataDir().toAbsolutePath().normalize().resolve("models");
        this.content = models.resolve("content");
        this.index = models.resolve("index");
    }

    /**
     * Reads a folder with the version's files, digests checked: from disk when it is there, otherwise from the registry.
     * The folder stays until {@code reader} returns.
     *
     * @throws ModelFormatException when the version's files do not match its digests or cannot be stored
     */
    <T> T read(VersionId id, Function<Path, T> reader) {
        inUse.readLock().lock();
        try {
            Optional<Path> present = onDisk(id);
            return reader.apply(present.isPresent() ? present.get() : download(id));
        } catch (IOException e) {
            throw new ModelFormatException("version " + id + " could not be stored: " + e.getMessage(), e);
        } finally {
            inUse.readLock().unlock();
        }
    }

    private Optional<Path> onDisk(VersionId id) throws IOException {
        Path entry = entry(id);
        if (!Files.isRegularFile(entry)) {
            return Optional.empty();
        }
        try {
            RegistryVersion known = json.readValue(Files.readAllBytes(entry), RegistryVersion.class);
            check(id, known.files());
            manifests.check(id, known);
            Path folder = content.resolve(digest(known.files()));
            verifyAll(folder, known.files());
            return Optional.of(folder);
        } catch (ModelFormatException | IOException e) {
            LOG.warnf("model on disk is damaged, fetching it again model=%s reason=%s", id, e.getMessage());
            Files.deleteIfExists(entry);
            return Optional.empty();
        }
    }

    private static void verifyAll(Path folder, List<VersionFile> files) throws IOException {
        for (VersionFile file : files) {
            verify(folder.resolve(file.path()), file);
        }
    }

    private static void verify(Path file, VersionFile expected) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ModelFormatException("file " + expected.path() + " is not there");
        }
        MessageDigest digest = Hex.sha256();
        try (InputStream in = Files.newInputStream(file)) {
            copy(in, OutputStream.nullOutputStream(), digest, expected);
        }
        match(digest, expected);
    }

    private Path download(VersionId id) throws IOException {
        RegistryVersion version = manifests.required()
                ? registry.getSignedVersion(id.model(), id.version())
                : registry.getVersion(id.model(), id.version());
        check(id, version.files());
        manifests.check(id, version);
        Path folder = content.resolve(digest(version.files()));
        Path partial = content.resolve("partial-" + UUID.randomUUID());
        Files.createDirectories(partial);
        try {
            for (VersionFile file : version.files()) {
                MessageDigest digest = Hex.sha256();
                Path to = partial.resolve(file.path());
                Files.createDirectories(parent(to));
                try (InputStream in = registry.openFile(id.model(), id.version(), file.path());
                        OutputStream out = Files.newOutputStream(to)) {
                    copy(in, out, digest, file);
                }
                match(digest, file);
            }
            publish(partial, folder, version.files());
        } finally {
            delete(partial);
        }
        Files.createDirectories(index);
        Path written = Files.createTempFile(index, "entry", ".tmp");
        Files.write(written, json.writeValueAsBytes(version));
        Files.move(written, entry(id), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return folder;
    }

    private synchronized void publish(Path partial, Path folder, List<VersionFile> files) throws IOException {
        if (Files.isDirectory(folder)) {
            try {
                // Another version may have the same files and be loading from them.
                verifyAll(folder, files);
                return;
            } catch (ModelFormatException | IOException e) {
                LOG.warnf("stored model is damaged, replacing it reason=%s", e.getMessage());
                delete(folder);
            }
        }
        Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private void check(VersionId id, List<VersionFile> files) {
        if (files.isEmpty() || files.size() > MAX_FILES) {
            throw new ModelFormatException("version " + id + " has " + files.size() + " files");
        }
        long total = 0;
        Set<String> paths = new HashSet<>();
        for (VersionFile file : files) {
            if (!Stream.of(file.path().split("/", -1))
                            .allMatch(part -> SAFE.matcher(part).matches())
                    || !paths.add(file.path())) {
                throw new ModelFormatException("version " + id + " has a file with an unusable name");
            }
            if (!DIGEST.matcher(file.sha256()).matches() || file.sizeBytes() < 0) {
                throw new ModelFormatException("version " + id + ": file " + file.path() + " has no usable digest");
            }
            total += file.sizeBytes();
            if (total > maxBytes) {
                throw new ModelFormatException(
                        "version " + id + " is larger than millrace.serving.model.max-bytes = " + maxBytes);
            }
        }
    }

    private static void copy(InputStream in, OutputStream out, MessageDigest digest, VersionFile expected)
            throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long total = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            total += read;
            if (total > expected.sizeBytes()) {
                throw ModelFormatException.tampered("file " + expected.path() + " is longer than its registered size");
            }
            digest.update(buffer, 0, read);
            out.write(buffer, 0, read);
        }
    }

    private static void match(MessageDigest digest, VersionFile expected) {
        if (!Hex.of(digest.digest()).equals(expected.sha256())) {
            throw ModelFormatException.tampered("file " + expected.path() + " does not match its registered digest");
        }
    }

    private static String digest(List<VersionFile> files) {
        MessageDigest digest = Hex.sha256();
        files.stream()
                .sorted(Comparator.comparing(VersionFile::path))
                .forEach(file ->
                        digest.update((file.path() + "\n" + file.sha256() + "\n").getBytes(StandardCharsets.UTF_8)));
        return Hex.of(digest.digest());
    }

    private Path entry(VersionId id) {
        // A model's name may hold any character: its digest is safe as a file name.
        return index.resolve(
                Hex.of(Hex.sha256().digest((id.model() + "\n" + id.version()).getBytes(StandardCharsets.UTF_8)))
                        + ".json");
    }

    /** Deletes versions that are not in use, except the last few; does nothing while a version is being read. */
    void clean(Set<VersionId> used) {
        if (!Files.isDirectory(index) || !inUse.writeLock().tryLock()) {
            return;
        }
        try {
            cleanIndex(used);
            cleanContent();
        } catch (IOException e) {
            LOG.warnf("old models could not be deleted reason=%s", e.getMessage());
        } finally {
            inUse.writeLock().unlock();
        }
    }

    private void cleanIndex(Set<VersionId> used) throws IOException {
        Set<Path> usedEntries = used.stream().map(this::entry).collect(Collectors.toSet());
        try (Stream<Path> entries = Files.list(index)) {
            List<Path> spare = entries.filter(entry -> !usedEntries.contains(entry))
                    .sorted(Comparator.comparing(ModelFolders::modified).reversed())
                    .toList();
            for (Path entry : spare.subList(Math.min(keep, spare.size()), spare.size())) {
                Files.deleteIfExists(entry);
            }
        }
    }

    private void cleanContent() throws IOException {
        try (Stream<Path> entries = Files.list(index);
                Stream<Path> folders = Files.list(content)) {
            Set<String> wanted = new HashSet<>();
            for (Path entry :
                    entries.filter(file -> file.toString().endsWith(".json")).toList()) {
                wanted.add(digest(json.readValue(Files.readAllBytes(entry), RegistryVersion.class)
                        .files()));
            }
            for (Path folder : folders.toList()) {
                if (!wanted.contains(String.valueOf(folder.getFileName()))) {
                    delete(folder);
                }
            }
        }
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw new IOException("could not delete " + folder, e);
        }
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("no folder: " + file);
        }
        return parent;
    }
}
