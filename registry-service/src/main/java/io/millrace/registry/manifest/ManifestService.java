package io.millrace.registry.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.dsse.Envelope;
import io.millrace.common.dsse.Keys;
import io.millrace.common.error.PlatformException;
import io.millrace.registry.artifact.Artifact;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** Signs versions when they are registered. */
@ApplicationScoped
public class ManifestService {

    public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    private final ManifestStore manifests;
    private final ObjectMapper json;
    private final Clock clock;
    private final KeyPair key;

    ManifestService(ManifestStore manifests, SigningConfig config, ObjectMapper json, Clock clock) {
        this.manifests = manifests;
        this.json = json;
        this.clock = clock;
        try {
            this.key = Keys.readOrCreate(config.keyFile());
            Keys.publish(key.getPublic(), Path.of(config.keyFile() + ".pub"));
        } catch (IOException e) {
            throw new UncheckedIOException("the signing key cannot be read: " + e.getMessage(), e);
        }
    }

    /** The key is read at the start: one that cannot be read is found out now, not at the first registration. */
    void start(@Observes StartupEvent event) {
        publicKey();
    }

    /** The key that verifies, as PEM. */
    public String publicKey() {
        return Keys.pem(key.getPublic());
    }

    /** The id of the key that signs. */
    public String keyId() {
        return Keys.id(key.getPublic());
    }

    /** Signs the files of a version, in place of what was signed for it before; a version without files has no manifest. */
    @Transactional
    public void sign(String model, int version, List<Artifact> files) {
        if (files.isEmpty()) {
            return;
        }
        String keyId = keyId();
        byte[] statement = statement(model + "/" + version, files);
        manifests.put(
                model,
                version,
                Envelope.sign(PAYLOAD_TYPE, statement, key.getPrivate(), keyId),
                keyId,
                clock.instant());
    }

    @Transactional
    public Envelope get(String model, int version) {
        return manifests
                .find(model, version)
                .orElseThrow(() -> PlatformException.notFound("manifest of version", model + "/" + version));
    }

    /** An in-toto statement over the files in the order of their names. */
    private byte[] statement(String name, List<Artifact> files) {
        List<Artifact> sorted =
                files.stream().sorted(Comparator.comparing(Artifact::path)).toList();
        MessageDigest all = sha256();
        ObjectNode statement = json.createObjectNode();
        statement.put("_type", "https://in-toto.io/Statement/v1");
        ArrayNode resources = json.createArrayNode();
        for (Artifact file : sorted) {
            all.update(HexFormat.of().parseHex(file.sha256()));
            resources
                    .addObject()
                    .put("name", file.path())
                    .put("algorithm", "sha256")
                    .put("digest", file.sha256());
        }
        statement
                .putArray("subject")
                .addObject()
                .put("name", name)
                .putObject("digest")
                .put("sha256", HexFormat.of().formatHex(all.digest()));
        statement.put("predicateType", "https://model_signing/signature/v1.0");
        ObjectNode predicate = statement.putObject("predicate");
        predicate
                .putObject("serialization")
                .put("method", "files")
                .put("hash_type", "sha256")
                .put("allow_symlinks", false)
                .putArray("ignore_paths");
        predicate.set("resources", resources);
        try {
            return json.writeValueAsBytes(statement);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest cannot be written", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
