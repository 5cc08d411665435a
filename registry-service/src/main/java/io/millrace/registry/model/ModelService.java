package io.millrace.registry.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.common.event.EventLog;
import io.millrace.registry.artifact.Artifact;
import io.millrace.registry.artifact.ArtifactPath;
import io.millrace.registry.artifact.ArtifactService;
import io.millrace.registry.run.RunService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps models and their versions. A version never changes after it is made. */
@ApplicationScoped
public class ModelService {

    private static final Logger LOG = Logger.getLogger(ModelService.class);
    private static final int MAX_NAME = 256;
    private static final int MAX_TEXT = 100_000;

    private final ModelStore models;
    private final VersionStore versions;
    private final ArtifactService artifacts;
    private final RunService runs;
    private final EventLog events;
    private final Clock clock;

    ModelService(
            ModelStore models,
            VersionStore versions,
            ArtifactService artifacts,
            RunService runs,
            EventLog events,
            Clock clock) {
        this.models = models;
        this.versions = versions;
        this.artifacts = artifacts;
        this.runs = runs;
        this.events = events;
        this.clock = clock;
    }

    /** Creates a model. */
    @Transactional
    public Model create(@Nullable String name, @Nullable String description, Map<String, String> tags) {
        String checked = checkedName(name);
        if (!models.create(checked, description == null ? "" : description)) {
            throw PlatformException.alreadyExists("model", checked);
        }
        models.tag(checked, tags);
        return get(checked);
    }

    @Transactional
    public Model get(String name) {
        return models.find(name).orElseThrow(() -> PlatformException.notFound("model", name));
    }

    /** Models by name after {@code after}. */
    @Transactional
    public List<Model> list(String after, int limit) {
        return models.list(after, limit);
    }

    /** Registers the files below {@code path} of a run as the next version; the model is made if it is not there. */
    @Transactional
    public ModelVersion register(String model, CreateVersionRequest request, String actor) {
        String name = checkedName(model);
        List<Artifact> files = files(request);
        models.create(name, "");
        models.lock(name);
        JsonNode empty = JsonNodeFactory.instance.objectNode();
        ModelVersion version = new ModelVersion(
                name,
                versions.next(name),
                String.valueOf(request.runId()),
                String.valueOf(request.path()),
                "READY",
                request.format() == null ? "unknown" : request.format(),
                request.signature() == null ? empty : request.signature(),
                request.metrics() == null ? Map.of() : request.metrics(),
                request.profile(),
                request.provenance() == null ? empty : request.provenance(),
                request.description() == null ? "" : request.description(),
                request.causedBy() == null ? "user:" + actor : request.causedBy(),
                actor,
                clock.instant(),
                List.of(),
                files);
        versions.add(version);
        events.append(
                "registry.version.created",
                name,
                Map.of("model", name, "version", version.version(), "format", version.format()),
                version.causedBy());
        LOG.infof("version registered model=%s version=%d run=%s", name, version.version(), version.runId());
        return get(name, version.version(), false);
    }

    private List<Artifact> files(CreateVersionRequest request) {
        List<FieldError> errors = new ArrayList<>();
        String runId = request.runId();
        String path = request.path();
        if (runId == null || runId.isBlank()) {
            errors.add(new FieldError("/runId", "is required"));
        }
        if (path == null || path.isBlank()) {
            errors.add(new FieldError("/path", "is required"));
        }
        if (request.description() != null && request.description().length() > MAX_TEXT) {
            errors.add(new FieldError("/description", "must be at most " + MAX_TEXT + " characters"));
        }
        if (request.metrics() != null) {
            request.metrics().forEach((key, value) -> {
                if (value == null) {
                    errors.add(new FieldError("/metrics/" + key, "must be a number"));
                }
            });
        }
        if (!errors.isEmpty() || runId == null || path == null) {
            throw PlatformException.invalid(errors);
        }
        runs.getActive(runId);
        String folder = new ArtifactPath(path).value();
        List<Artifact> files = artifacts.list(runId, folder).stream()
                .map(a -> new Artifact(
                        a.path().equals(folder)
                                ? folder.substring(folder.lastIndexOf('/') + 1)
                                : a.path().substring(folder.length() + 1),
                        a.sha256(),
                        a.sizeBytes()))
                .toList();
        if (files.isEmpty()) {
            throw PlatformException.invalid("/path", "holds no file of run " + runId + ": " + folder);
        }
        return files;
    }

    @Transactional
    public ModelVersion get(String model, int version, boolean withProfile) {
        return versions.find(model, version, withProfile)
                .orElseThrow(() -> PlatformException.notFound("model version", model + "/" + version));
    }

    /** Versions below {@code before}, newest first, without their files. */
    @Transactional
    public List<ModelVersion> versions(String model, int before, int limit) {
        get(model);
        return versions.list(model, before, limit);
    }

    private static String checkedName(@Nullable String name) {
        if (name == null || name.isBlank() || name.length() > MAX_NAME || name.matches("(?s).*[/:\\p{Cntrl}].*")) {
            throw PlatformException.invalid(
                    "/name", "must be 1 to " + MAX_NAME + " characters without '/', ':' and control characters");
        }
        return name;
    }
}
