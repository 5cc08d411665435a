package io.millrace.serving.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.dsse.Envelope;
import io.millrace.common.dsse.Keys;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.serving.client.registry.RegistryVersion;
import io.millrace.serving.client.registry.VersionFile;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Refuses a version whose list of files nobody signed whom this service trusts: who can write to the store or to the
 * registry's disk still cannot have another model served.
 */
@ApplicationScoped
class ManifestCheck {

    private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    private final Optional<Path> trustedKeys;
    private final ObjectMapper json;

    @Inject
    ManifestCheck(ModelConfig config, ObjectMapper json) {
        this(config.trustedKeys(), json);
    }

    ManifestCheck(Optional<Path> trustedKeys, ObjectMapper json) {
        this.trustedKeys = trustedKeys;
        this.json = json;
    }

    /** Whether a version must be signed. */
    boolean required() {
        return trustedKeys.isPresent();
    }

    /** @throws ModelFormatException when the version is not signed, or not as it is */
    void check(VersionId id, RegistryVersion version) {
        if (trustedKeys.isEmpty()) {
            return;
        }
        Envelope manifest = version.manifest();
        if (manifest == null) {
            throw refused(id, "it has no signed manifest");
        }
        try {
            byte[] statement = manifest.verified(PAYLOAD_TYPE, Keys.readPublic(trustedKeys.get()))
                    .orElseThrow(() -> refused(id, "its manifest is not signed by a trusted key"));
            JsonNode signed = json.readTree(statement);
            String name = signed.path("subject").path(0).path("name").asText();
            if (!name.equals(id.model() + "/" + id.version())) {
                throw refused(id, "its manifest is that of " + name);
            }
            Map<String, String> digests = new TreeMap<>();
            signed.path("predicate")
                    .path("resources")
                    .forEach(r -> digests.put(
                            r.path("name").asText(), r.path("digest").asText()));
            Map<String, String> given =
                    version.files().stream().collect(Collectors.toMap(VersionFile::path, VersionFile::sha256));
            if (!digests.equals(given)) {
                throw refused(id, "its files are not those that were signed");
            }
        } catch (IOException e) {
            throw new ModelFormatException("the trusted keys cannot be read: " + e.getMessage(), e);
        }
    }

    private static ModelFormatException refused(VersionId id, String why) {
        return ModelFormatException.tampered("version " + id + " is refused: " + why);
    }
}
