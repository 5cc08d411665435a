package io.millrace.runtime.descriptor;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.millrace.runtime.spi.Signature;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Content of {@code model.json}: says how to read the rest of a model folder.
 *
 * @param format name of the {@link io.millrace.runtime.spi.ModelFormat}
 * @param formatVersion version of the folder's layout, {@link #FORMAT_VERSION}
 * @param targetTransform what was done to the target before training, as text of {@link TargetTransform}; null for nothing
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ModelDescriptor(
        String format,
        int formatVersion,
        Signature signature,
        @Nullable String targetTransform) {

    public ModelDescriptor {
        // Jackson gives null for what the file lacks.
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(signature, "signature");
    }

    public static final int FORMAT_VERSION = 1;
    public static final String FILE = "model.json";

    /** A descriptor of the current layout. */
    public static ModelDescriptor of(String format, Signature signature, @Nullable String targetTransform) {
        return new ModelDescriptor(format, FORMAT_VERSION, signature, targetTransform);
    }
}
