package io.millrace.runtime.descriptor;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
        Path file = required(ModelDescriptor.FILE, MAX_JSON_BYTES);
        ModelDescriptor descriptor;
        try {
            descriptor = parse(ModelDescriptor.FILE, Files.readAllBytes(file), ModelDescriptor.class);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read model.json: " + e.getMessage(), e);
        }
        if (descriptor.formatVersion() != ModelDescriptor.FORMAT_VERSION) {
            throw new ModelFormatException("model.json has layout version " + descriptor.formatVersion()
                    + ", this build reads " + ModelDescriptor.FORMAT_VERSION);
        }
        if (!descriptor.signature().hasStandardOutputs()) {
            throw new ModelFormatException("model.json: the outputs are not those of the task "
                    + descriptor.signature().task());
        }
        return descriptor;
    }

    /**
     * The features, made from columns that the signature has.
     *
     * @throws ModelFormatException when there are none that can be read and fit the signature
     */
    public FittedFeatures features(ModelDescriptor descriptor) {
        FittedFeatures features = parse(FEATURES_FILE, bytes(FEATURES_FILE, descriptor, false), FittedFeatures.class);
        List<String> columns =
                descriptor.signature().inputs().stream().map(Column::name).toList();
        features.sources().stream()
                .filter(source -> !columns.contains(source))
                .findFirst()
                .ifPresent(source -> {
                    throw new ModelFormatException(
                            "features.json reads the column " + source + ", which the signature does not have");
                });
        return features;
    }

    /**
     * The content of a file, equal to its digest in the descriptor.
     *
     * @param digestRequired whether a descriptor without a digest of the file is refused
     * @throws ModelFormatException when the file is absent, a link, too large, or not the one that was written
     */
    public byte[] bytes(String name, ModelDescriptor descriptor, boolean digestRequired) {
        byte[] bytes = bytes(name);
        String expected = descriptor.digests().get(name);
        if (expected == null ? digestRequired : !expected.equals(digest(bytes))) {
            throw new ModelFormatException(name + " is corrupted: its SHA-256 is not the one in model.json");
        }
        return bytes;
    }

    /**
     * The content of a file that no descriptor speaks of.
     *
     * @throws ModelFormatException when the file is absent, a link, or too large
     */
    public byte[] bytes(String name) {
        Path file = required(name, name.equals(FEATURES_FILE) ? MAX_JSON_BYTES : MAX_MODEL_BYTES - 1024);
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    /** Writes a model folder, {@code model.json} last, so that half a folder is no model; makes the folder. */
    public void write(ModelDescriptor descriptor, String modelFile, byte[] model, Optional<FittedFeatures> features)
            throws IOException {
        Files.createDirectories(folder);
        Map<String, String> digests = new TreeMap<>();
        Files.write(folder.resolve(modelFile), model);
        digests.put(modelFile, digest(model));
        if (features.isPresent()) {
            byte[] json = JSON.writeValueAsBytes(features.get());
            Files.write(folder.resolve(FEATURES_FILE), json);
            digests.put(FEATURES_FILE, digest(json));
        }
        ModelDescriptor complete = new ModelDescriptor(
                descriptor.format(),
                descriptor.formatVersion(),
                descriptor.signature(),
                descriptor.targetTransform(),
                digests);
        Files.write(
                folder.resolve(ModelDescriptor.FILE),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(complete));
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private <T> T parse(String name, byte[] bytes, Class<T> type) {
        try {
            T value = JSON.readValue(bytes, type);
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
