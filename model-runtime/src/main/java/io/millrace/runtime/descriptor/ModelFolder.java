package io.millrace.runtime.descriptor;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads and writes the files of a model folder. Only regular files directly inside the folder count: a symbolic link is as
 * if it were not there, so an uploaded folder cannot make the process read elsewhere.
 */
public final class ModelFolder {

    public static final String FEATURES_FILE = "features.json";

    private static final long MAX_JSON_BYTES = 32L << 20;
    private static final long MAX_MODEL_BYTES = 2L << 30;
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path folder;

    public ModelFolder(Path folder) {
        this.folder = folder;
    }

    /** The file, if it is a regular file of acceptable size directly inside the folder. */
    public Optional<Path> find(String name) {
        Path file = folder.resolve(name);
        return file.getParent() != null
                        && file.getParent().equals(folder)
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(file)
                : Optional.empty();
    }

    /** Whether the folder has an entry of that name of any kind, a link among them. */
    public boolean mentions(String name) {
        return Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /** Regular files directly inside the folder whose name ends so; empty for a folder that cannot be read. */
    public List<Path> findBySuffix(String suffix) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The descriptor, or nothing when the folder has none or it cannot be understood. For {@code recognises}. */
    public Optional<ModelDescriptor> peekDescriptor() {
        try {
            return find(ModelDescriptor.FILE).isPresent() ? Optional.of(descriptor()) : Optional.empty();
        } catch (ModelFormatException e) {
            return Optional.empty();
        }
    }

    /** @throws ModelFormatException when there is no readable descriptor of a known layout */
    public ModelDescriptor descriptor() {
        ModelDescriptor descriptor = read(ModelDescriptor.FILE, ModelDescriptor.class);
        if (descriptor.formatVersion() != ModelDescriptor.FORMAT_VERSION) {
            throw new ModelFormatException("model.json has layout version " + descriptor.formatVersion()
                    + ", this build reads " + ModelDescriptor.FORMAT_VERSION);
        }
        return descriptor;
    }

    /** @throws ModelFormatException when there are no readable features */
    public FittedFeatures features() {
        return read(FEATURES_FILE, FittedFeatures.class);
    }

    /** @throws ModelFormatException when the file is absent, a link, or too large */
    public byte[] bytes(String name) {
        Path file = required(name, MAX_MODEL_BYTES - 1024);
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    /** Writes the descriptor and, when given, the features; makes the folder. */
    public void write(ModelDescriptor descriptor, Optional<FittedFeatures> features) throws IOException {
        Files.createDirectories(folder);
        Files.write(
                folder.resolve(ModelDescriptor.FILE),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(descriptor));
        if (features.isPresent()) {
            Files.write(folder.resolve(FEATURES_FILE), JSON.writeValueAsBytes(features.get()));
        }
    }

    private <T> T read(String name, Class<T> type) {
        Path file = required(name, MAX_JSON_BYTES);
        try {
            T value = JSON.readValue(Files.readAllBytes(file), type);
            if (value == null) {
                throw new ModelFormatException(name + " is empty");
            }
            return value;
        } catch (JacksonException e) {
            throw new ModelFormatException(name + " cannot be understood: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    private Path required(String name, long maxBytes) {
        Path file = find(name).orElseThrow(() -> new ModelFormatException("the model folder has no file " + name));
        try {
            long size = Files.size(file);
            if (size > maxBytes) {
                throw new ModelFormatException(name + " has " + size + " bytes, the limit is " + maxBytes);
            }
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + name + ": " + e.getMessage(), e);
        }
        return file;
    }
}
