package io.millrace.runtime.descriptor;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.millrace.runtime.spi.Signature;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Content of {@code model.json}: says how to read the rest of a model folder.
 *
 * @param format name of the {@link io.millrace.runtime.spi.ModelFormat}
 * @param formatVersion version of the folder's layout, {@link #FORMAT_VERSION}
 * @param targetTransform what was done to the target before training, as text of {@link TargetTransform}; null for nothing
 * @param digests lower hex SHA-256 of the folder's other files by name. Checked before a file is read: native libraries
 *     crash the process on damaged bytes
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ModelDescriptor(
        String format,
        int formatVersion,
        Signature signature,
        @Nullable String targetTransform,
        @Nullable Map<String, String> digests) {

    public ModelDescriptor {
        // Jackson gives null for what the file lacks.
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(signature, "signature");
        digests = digests == null ? Map.of() : Map.copyOf(digests);
    }

    public static final int FORMAT_VERSION = 1;
    public static final String FILE = "model.json";

    @Override
    public Map<String, String> digests() {
        return digests == null ? Map.of() : digests;
    }

    /** A descriptor of the current layout, without digests: {@link ModelFolder#write} adds them. */
    public static ModelDescriptor of(String format, Signature signature, @Nullable String targetTransform) {
        return new ModelDescriptor(format, FORMAT_VERSION, signature, targetTransform, Map.of());
    }
}
