package io.millrace.formats.savedmodel;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.runtime.descriptor.ForeignFolder;
import io.millrace.runtime.spi.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/** The files of a SavedModel, looked at before TensorFlow reads them by their names. */
final class SavedModelFolder {

    static final String GRAPH_FILE = "saved_model.pb";
    static final String TAG = "serve";

    private static final long MAX_GRAPH_BYTES = 512L << 20;
    private static final long MAX_BYTES = 8L << 30;
    private static final int MAX_FILES = 10_000;
    private static final int MAX_DEPTH = 8;

    private final Path folder;

    SavedModelFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Checks that all files are plain ones of this folder.
     *
     * @param digests lower hex SHA-256 by path inside the folder, of those that must be as they were written
     * @return bytes of all files but the graph
     * @throws ModelFormatException when there is a link, something of the wrong digest, or too much
     */
    long check(Map<String, String> digests) {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder, MAX_DEPTH)) {
            files = all.limit(MAX_FILES + 1L).toList();
        } catch (IOException e) {
            throw new ModelFormatException("cannot read the SavedModel: " + e.getMessage(), e);
        }
        if (files.size() > MAX_FILES) {
            throw new ModelFormatException("the SavedModel has more than " + MAX_FILES + " files");
        }
        long total = 0;
        for (Path file : files) {
            String name = String.valueOf(folder.relativize(file)).replace('\\', '/');
            boolean ours = name.startsWith("variables") || name.startsWith("assets") || name.startsWith("saved_model");
            if (!ours) {
                continue;
            }
            if (Files.isSymbolicLink(file)) {
                throw new ModelFormatException("the SavedModel has the link " + name);
            }
            if (name.startsWith("saved_model") && !name.equals(GRAPH_FILE)) {
                // TensorFlow would read the graph from there.
                throw new ModelFormatException("the SavedModel has a second graph " + name);
            }
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !name.equals(GRAPH_FILE)) {
                total += size(file);
            }
        }
        if (total > MAX_BYTES) {
            throw new ModelFormatException("the SavedModel is larger than the limit of " + MAX_BYTES + " bytes");
        }
        digests.forEach(this::checkDigest);
        return total;
    }

    private void checkDigest(String name, String expected) {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder.normalize()) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ModelFormatException("the model folder has no file " + name);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            String actual = HexFormat.of()
                    .formatHex(((DigestInputStream) in).getMessageDigest().digest());
            if (!actual.equals(expected)) {
                throw new ModelFormatException(name + " is corrupted: its SHA-256 is not the one in model.json");
            }
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + name + ": " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read the SavedModel: " + e.getMessage(), e);
        }
    }

    /** @throws ModelFormatException when there is no graph for serving that can be read */
    MetaGraphDef graph() {
        Path file = folder.resolve(GRAPH_FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ModelFormatException("the model folder has no file " + GRAPH_FILE);
        }
        try {
            return SavedModel.parseFrom(ForeignFolder.read(file, MAX_GRAPH_BYTES)).getMetaGraphsList().stream()
                    .filter(meta -> meta.getMetaInfoDef().getTagsList().contains(TAG))
                    .findFirst()
                    .orElseThrow(() -> new ModelFormatException("the SavedModel has no graph with the tag " + TAG));
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException("the SavedModel is corrupted: " + e.getMessage(), e);
        }
    }
}
