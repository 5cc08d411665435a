package io.millrace.runtime.descriptor;

import io.millrace.runtime.spi.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A folder around a model file of another tool: one file that begins as the format says, alone or with a {@code model.json}
 * that declares names, types and classes. The file's own name does not matter.
 */
public final class ForeignFolder {

    /** Name of the file that marks a folder of MLflow; such a folder is read by what that file says. */
    public static final String MLMODEL = "MLmodel";

    private static final int HEAD = 4096;
    private static final int MAX_FILES = 100;

    private final Path folder;
    private final ModelFolder files;
    private final String format;
    private final Predicate<byte[]> head;
    private final long maxBytes;

    /**
     * Looks at nothing yet.
     *
     * @param head whether the first bytes of a file (4,096 at most) are those of the format
     * @param maxBytes largest model file
     */
    public ForeignFolder(Path folder, String format, Predicate<byte[]> head, long maxBytes) {
        this.folder = folder;
        this.files = new ModelFolder(folder);
        this.format = format;
        this.head = head;
        this.maxBytes = maxBytes;
    }

    /** A model file and what the folder declares about it. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Content(byte[] model, Optional<ModelDescriptor> descriptor) {}

    /** As {@link io.millrace.runtime.spi.ModelFormat#recognises}. */
    public boolean recognised() {
        Optional<ModelDescriptor> descriptor = files.peekDescriptor();
        if (descriptor.isPresent()) {
            return descriptor.get().format().equals(format)
                    && named(descriptor.get()).flatMap(files::find).isPresent();
        }
        boolean bare = !files.mentions(ModelDescriptor.FILE) || begins(folder.resolve(ModelDescriptor.FILE));
        return bare && !files.mentions(MLMODEL) && candidates().size() == 1;
    }

    /** @throws ModelFormatException when there is no such model, or it is not the one the descriptor speaks of */
    public Content read() {
        boolean declared = files.mentions(ModelDescriptor.FILE) && !begins(folder.resolve(ModelDescriptor.FILE));
        if (!declared) {
            List<Path> found = candidates();
            if (found.size() != 1) {
                throw new ModelFormatException(
                        "the folder needs exactly one " + format + " model, found " + found.size());
            }
            return new Content(bounded(found.get(0)), Optional.empty());
        }
        ModelDescriptor descriptor = files.descriptor();
        if (!descriptor.format().equals(format)) {
            throw new ModelFormatException("model.json says format " + descriptor.format() + ", not " + format);
        }
        String name = named(descriptor)
                .orElseThrow(() -> new ModelFormatException("the folder has no single " + format + " model"));
        files.find(name).ifPresent(this::checkSize);
        return new Content(files.bytes(name, descriptor, false), Optional.of(descriptor));
    }

    /** The bytes of one file that is not a link. */
    public static byte[] read(Path file, long maxBytes) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new ModelFormatException("no file: " + file);
        }
        return new ForeignFolder(folder, "", bytes -> false, maxBytes).bounded(file.toAbsolutePath());
    }

    private byte[] bounded(Path file) {
        checkSize(file);
        return files.bytes(String.valueOf(file.getFileName()));
    }

    private void checkSize(Path file) {
        try {
            long size = Files.size(file);
            if (size > maxBytes) {
                throw new ModelFormatException(
                        file.getFileName() + " has " + size + " bytes, the limit is " + maxBytes);
            }
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + file.getFileName() + ": " + e.getMessage(), e);
        }
    }

    /** The model's name: what the descriptor has a digest of, or the only file of the format. */
    private Optional<String> named(ModelDescriptor descriptor) {
        Map<String, String> digests = descriptor.digests();
        if (digests.size() == 1) {
            return digests.keySet().stream().findFirst();
        }
        List<Path> found = candidates();
        return found.size() == 1 ? Optional.of(String.valueOf(found.get(0).getFileName())) : Optional.empty();
    }

    private List<Path> candidates() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.limit(MAX_FILES).filter(this::begins).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private boolean begins(Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return head.test(in.readNBytes(HEAD));
        } catch (IOException e) {
            return false;
        }
    }
}
