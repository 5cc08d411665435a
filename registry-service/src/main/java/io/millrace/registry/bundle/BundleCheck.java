package io.millrace.registry.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.dsse.Envelope;
import io.millrace.common.dsse.Keys;
import io.millrace.registry.artifact.ArtifactPath;
import io.millrace.registry.manifest.ManifestService;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares the files of a bundle's versions with what the installation that it comes from has signed. */
@ApplicationScoped
class BundleCheck {

    private final BundleConfig config;
    private final ObjectMapper json;

    BundleCheck(BundleConfig config, ObjectMapper json) {
        this.config = config;
        this.json = json;
    }

    /** Refuses a version with files that are not in the bundle, or are not those of its manifest. */
    void check(Bundle bundle, List<ObjectNode> versions, List<ObjectNode> files, List<ObjectNode> manifests) {
        Map<Integer, Map<String, String>> ofVersions = new HashMap<>();
        for (ObjectNode file : files) {
            checkFile(bundle, file);
            ofVersions
                    .computeIfAbsent(file.path("version").asInt(), v -> new TreeMap<>())
                    .put(file.path("path").asText(), file.path("sha256").asText());
        }
        Map<Integer, JsonNode> signed = new HashMap<>();
        manifests.forEach(m -> signed.put(m.path("version").asInt(), m.path("envelope")));
        for (ObjectNode version : versions) {
            int number = version.path("version").asInt();
            Map<String, String> given = ofVersions.getOrDefault(number, Map.of());
            if (!given.isEmpty() && !given.equals(statement(bundle, number, signed.get(number)))) {
                throw BundleReader.refused("has files of version " + number + " that are not those of its manifest");
            }
        }
    }

    /** Refuses a row whose path leads elsewhere, or whose content did not come along. */
    void checkFile(Bundle bundle, ObjectNode file) {
        new ArtifactPath(file.path("path").asText());
        String digest = file.path("sha256").asText();
        if (!bundle.files().containsKey(digest)) {
            throw BundleReader.refused(
                    "lacks the content of " + file.path("path").asText());
        }
    }

    private Map<String, String> statement(Bundle bundle, int version, @Nullable JsonNode given) {
        try {
            if (given == null) {
                return Map.of();
            }
            JsonNode statement = json.readTree(payload(version, json.treeToValue(given, Envelope.class)));
            Map<String, String> digests = new TreeMap<>();
            String name = statement.path("subject").path(0).path("name").asText();
            if (name.equals(bundle.header().model() + "/" + version)) {
                statement
                        .path("predicate")
                        .path("resources")
                        .forEach(r -> digests.put(
                                r.path("name").asText(), r.path("digest").asText()));
            }
            return digests;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw BundleReader.refused("has a manifest of version " + version + " that cannot be read");
        } catch (IOException e) {
            throw new UncheckedIOException("the trusted keys cannot be read", e);
        }
    }

    private byte[] payload(int version, Envelope envelope) throws IOException {
        if (config.trustedKeys().isEmpty()) {
            return Base64.getDecoder().decode(envelope.payload());
        }
        List<PublicKey> trusted = Keys.readPublic(config.trustedKeys().get());
        Optional<byte[]> verified = envelope.verified(ManifestService.PAYLOAD_TYPE, trusted);
        return verified.orElseThrow(
                () -> BundleReader.refused("has a manifest of version " + version + " that no trusted key has signed"));
    }
}
