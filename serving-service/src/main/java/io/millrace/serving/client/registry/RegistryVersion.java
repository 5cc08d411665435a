package io.millrace.serving.client.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.millrace.common.dsse.Envelope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What serving reads of a version.
 *
 * @param manifest the signed list of its files; none if nobody signed it, or it was not asked for
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RegistryVersion(
        String model,
        int version,
        @Nullable String status,
        List<VersionFile> files,
        @Nullable Envelope manifest) {

    public RegistryVersion {
        files = List.copyOf(files);
    }

    RegistryVersion withManifest(Envelope signed) {
        return new RegistryVersion(model, version, status, files, signed);
    }
}
