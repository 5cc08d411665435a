package io.millrace.serving.route;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.serving.model.VersionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The version each arm served last, kept in a file: when an alias has moved to a version that cannot be had after a
 * restart, the arm goes on with this one. Only the route refresh uses it, under its lock.
 */
@ApplicationScoped
class LastGood {

    private static final Logger LOG = Logger.getLogger(LastGood.class);

    private final ObjectMapper json;
    private final Path file;
    private Map<String, Map<String, VersionId>> versions = new HashMap<>();

    LastGood(ObjectMapper json, RouteConfig config) {
        this.json = json;
        this.file = config.dataDir().toAbsolutePath().normalize().resolve("routes.json");
        if (Files.isRegularFile(file)) {
            try {
                versions = json.readValue(Files.readAllBytes(file), new TypeReference<>() {});
            } catch (IOException e) {
                LOG.warnf("the versions last served could not be read, going on without reason=%s", e.getMessage());
            }
        }
    }

    Optional<VersionId> find(String endpoint, String arm, String model) {
        return Optional.ofNullable(versions.getOrDefault(endpoint, Map.of()).get(arm))
                .filter(version -> version.model().equals(model));
    }

    void put(Map<String, Map<String, VersionId>> current) {
        if (current.equals(versions)) {
            return;
        }
        versions = Map.copyOf(current);
        try {
            Files.createDirectories(file.resolveSibling("."));
            Path written = file.resolveSibling("routes.json.tmp");
            Files.write(written, json.writeValueAsBytes(versions));
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warnf("the versions last served could not be stored reason=%s", e.getMessage());
        }
    }
}
