package io.millrace.serving.client.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What serving reads of a version. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RegistryVersion(
        String model, int version, @Nullable String status, List<VersionFile> files) {

    public RegistryVersion {
        files = List.copyOf(files);
    }
}
