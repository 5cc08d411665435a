package io.millrace.registry.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.millrace.common.dsse.Envelope;
import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.common.event.EventLog;
import io.millrace.common.http.Page;
import io.millrace.registry.access.AccessService;
import io.millrace.registry.access.Level;
import io.millrace.registry.artifact.Artifact;
import io.millrace.registry.artifact.ArtifactLocation;
import io.millrace.registry.artifact.ArtifactOwner;
import io.millrace.registry.artifact.ArtifactPath;
import io.millrace.registry.artifact.ArtifactService;
import io.millrace.registry.audit.AuditService;
import io.millrace.registry.loggedmodel.LoggedModel;
import io.millrace.registry.loggedmodel.LoggedModelService;
import io.millrace.registry.manifest.ManifestService;
import io.millrace.registry.policy.PolicyService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps versions of models. What a version is made of never changes after it is made. */
@ApplicationScoped
public class VersionService {

    /** Formats by how the name of their file ends; others come with a descriptor that says so. */
    private static final Map<String, String> FORMATS = Map.of(
            ".onnx",
            "onnx",
            ".ubj",
            "xgboost",
            ".pmml",
            "pmml",
            ".pt",
            "torchscript",
            "saved_model.pb",
            "savedmodel",
            "external.json",
            "external");

    private static final Logger LOG = Logger.getLogger(VersionService.class);
    private static final String VERSION = "version";

    private final ModelStore models;
    private final AccessService access;
    private final VersionStore versions;
    private final VersionChangeStore changes;
    private final AliasService aliases;
    private final ArtifactService artifacts;
    private final LoggedModelService loggedModels;
    private final PolicyService policies;
    private final MlmodelFile mlmodel;
    private final ManifestService manifests;
    private final AuditService audit;
    private final EventLog events;
    private final Clock clock;

    VersionService(
            ModelStore models,
            AccessService access,
            VersionStore versions,
            VersionChangeStore changes,
            AliasService aliases,
            ArtifactService artifacts,
            LoggedModelService loggedModels,
            PolicyService policies,
            MlmodelFile mlmodel,
            ManifestService manifests,
            AuditService audit,
            EventLog events,
            Clock clock) {
        this.models = models;
        this.access = access;
        this.versions = versions;
        this.changes = changes;
        this.aliases = aliases;
        this.artifacts = artifacts;
        this.loggedModels = loggedModels;
        this.policies = policies;
        this.mlmodel = mlmodel;
        this.manifests = manifests;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /** Registers the files below a path of a run as the next version; the model is made if it is not there. */
    @Transactional
    public ModelVersion register(String model, CreateVersionRequest request, String actor) {
        String name = ModelService.checkedName(model);
        List<Artifact> files = files(request);
        models.create(name, "");
        JsonNode empty = JsonNodeFactory.instance.objectNode();
        String runId = String.valueOf(request.runId());
        String path = String.valueOf(request.path());
        Instant now = clock.instant();
        return add(new ModelVersion(
                name,
                0,
                runId,
                path,
                "READY",
                request.format() == null ? "unknown" : request.format(),
                request.signature() == null ? empty : request.signature(),
                request.metrics() == null ? Map.of() : request.metrics(),
                request.profile(),
                request.provenance() == null ? empty : request.provenance(),
                request.description() == null ? "" : request.description(),
                request.causedBy() == null ? "user:" + actor : request.causedBy(),
                actor,
                now,
                now,
                "runs:/" + runId + "/" + path,
                "",
                null,
                Stage.NONE.label(),
                Map.of(),
                List.of(),
                files));
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
        ModelService.checkText(request.description() == null ? "" : request.description());
        ArtifactOwner run = ArtifactOwner.run(runId);
        artifacts.checkWritable(run);
        String folder = new ArtifactPath(path).value();
        List<Artifact> files = below(run, folder);
        if (files.isEmpty()) {
            throw PlatformException.invalid("/path", "holds no file of run " + runId + ": " + folder);
        }
        return files;
    }

    /** The files at or below a folder, with paths relative to it. */
    private List<Artifact> below(ArtifactOwner owner, String folder) {
        return artifacts.list(owner, folder).stream()
                .map(a -> new Artifact(relative(a.path(), folder), a.sha256(), a.sizeBytes()))
                .toList();
    }

    private static String relative(String path, String folder) {
        if (folder.isEmpty()) {
            return path;
        }
        return path.equals(folder)
                ? folder.substring(folder.lastIndexOf('/') + 1)
                : path.substring(folder.length() + 1);
    }

    /**
     * A version as an MLflow client makes it.
     *
     * @param source where its files are: in a run, a logged model, another version, or elsewhere
     * @param runId the run that made it, known here or not; empty without one
     */
    public record NewVersion(
            String model,
            String source,
            String runId,
            String runLink,
            @Nullable String loggedModelId,
            String description,
            Map<String, String> tags,
            String actor) {}

    /** Registers what a source names as the next version of a model that is there. */
    @Transactional
    public ModelVersion create(NewVersion request) {
        if (models.find(request.model()).isEmpty()) {
            throw PlatformException.notFound("model", request.model());
        }
        ModelService.checkText(request.description());
        request.tags().forEach(RegistryTags::check);
        VersionSource source = VersionSource.parse(request.source());
        String runId = request.runId();
        String path = "";
        String loggedModelId = request.loggedModelId();
        List<Artifact> files = List.of();
        if (source instanceof VersionSource.Stored stored) {
            ArtifactLocation location = stored.location();
            path = location.path().isEmpty() ? "" : new ArtifactPath(location.path()).value();
            files = below(location.owner(), path);
            if (location.owner().kind() == ArtifactOwner.Kind.LOGGED_MODEL) {
                loggedModelId = location.owner().id();
            } else if (runId.isEmpty()) {
                runId = location.owner().id();
            }
        } else if (source instanceof VersionSource.Version other) {
            ModelVersion copied = get(other.model(), other.version(), false);
            files = copied.files();
            path = copied.path();
            runId = runId.isEmpty() ? copied.runId() : runId;
        }
        if (loggedModelId != null) {
            LoggedModel logged = loggedModels.get(loggedModelId);
            String sourceRun = logged.sourceRunId();
            runId = runId.isEmpty() && sourceRun != null ? sourceRun : runId;
        }
        JsonNode empty = JsonNodeFactory.instance.objectNode();
        Instant now = clock.instant();
        ModelVersion created = add(new ModelVersion(
                request.model(),
                0,
                runId,
                path,
                "READY",
                format(files),
                mlmodel.signature(files),
                Map.of(),
                null,
                empty,
                request.description(),
                "user:" + request.actor(),
                request.actor(),
                now,
                now,
                request.source(),
                request.runLink(),
                loggedModelId,
                Stage.NONE.label(),
                request.tags(),
                List.of(),
                files));
        changes.tag(created.model(), created.version(), request.tags(), now);
        return get(created.model(), created.version(), false);
    }

    private static String format(List<Artifact> files) {
        if (files.stream().anyMatch(f -> f.path().equals(MlmodelFile.NAME))) {
            return "mlflow";
        }
        return FORMATS.entrySet().stream()
                .filter(format -> files.stream().anyMatch(f -> f.path().endsWith(format.getKey())))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("unknown");
    }

    /** Numbers a version while it holds the model's row, and tells the world. */
    private ModelVersion add(ModelVersion unnumbered) {
        String name = unnumbered.model();
        access.checkModel(name, Level.EDIT);
        models.lock(name);
        policies.checkVersion(name, unnumbered.format(), unnumbered.signature(), versions.newestSignature(name));
        int number = versions.next(name);
        versions.add(unnumbered.numbered(number));
        manifests.sign(name, number, unnumbered.files());
        models.touch(name, unnumbered.createdAt());
        events.append(
                "registry.version.created",
                name,
                Map.of("model", name, "version", number, "format", unnumbered.format()),
                unnumbered.causedBy());
        LOG.infof("version registered model=%s version=%d run=%s", name, number, unnumbered.runId());
        ModelVersion added = get(name, number, false);
        audit.record("version.registered", VERSION, name + "/" + number, null, added);
        return added;
    }

    /** The signed list of a version's files. */
    @Transactional
    public Envelope manifest(String model, int version) {
        get(model, version, false);
        return manifests.get(model, version);
    }

    @Transactional
    public ModelVersion get(String model, int version, boolean withProfile) {
        return versions.find(model, version, withProfile)
                .orElseThrow(() -> PlatformException.notFound("model version", model + "/" + version));
    }

    /** A file of a version. */
    @Transactional
    public Artifact file(String model, int version, ArtifactPath path) {
        return get(model, version, false).files().stream()
                .filter(f -> f.path().equals(path.value()))
                .findFirst()
                .orElseThrow(() -> PlatformException.notFound("file", model + "/" + version + "/" + path.value()));
    }

    /** Versions below {@code before}, newest first, without their files. */
    @Transactional
    public List<ModelVersion> list(String model, int before, int limit) {
        if (models.find(model).isEmpty()) {
            throw PlatformException.notFound("model", model);
        }
        return versions.list(model, before, limit);
    }

    /** The newest version in each stage of each of the models. */
    @Transactional
    public List<ModelVersion> latest(List<String> names) {
        return names.isEmpty() ? List.of() : versions.latest(names);
    }

    /** Versions that match, in the search's order, without their files. */
    @Transactional
    public Page<ModelVersion> search(RegistrySearch search) {
        return versions.search(search);
    }

    @Transactional
    public ModelVersion describe(String model, int version, String description) {
        ModelVersion before = get(model, version, false);
        access.checkModel(model, Level.EDIT);
        ModelService.checkText(description);
        changes.describe(model, version, description, clock.instant());
        ModelVersion described = get(model, version, false);
        audit.record(
                "version.described",
                VERSION,
                model + "/" + version,
                Map.of("description", before.description()),
                Map.of("description", described.description()));
        return described;
    }

    @Transactional
    public void setTag(String model, int version, String key, String value) {
        ModelVersion before = get(model, version, false);
        access.checkModel(model, Level.EDIT);
        RegistryTags.check(key, value);
        changes.tag(model, version, Map.of(key, value), clock.instant());
        audit.record(
                "version.tagged",
                VERSION,
                model + "/" + version,
                before.tags(),
                get(model, version, false).tags());
    }

    /** Deletes a tag; none there is no error. */
    @Transactional
    public void deleteTag(String model, int version, String key) {
        ModelVersion before = get(model, version, false);
        access.checkModel(model, Level.EDIT);
        changes.deleteTag(model, version, key);
        audit.record(
                "version.tagged",
                VERSION,
                model + "/" + version,
                before.tags(),
                get(model, version, false).tags());
    }

    /** Brings a deleted version back as it was, without its aliases, unless it was purged. */
    @Transactional
    public ModelVersion restore(String model, int version, String actor) {
        if (models.find(model).isEmpty()) {
            throw PlatformException.notFound("model", model);
        }
        access.checkModel(model, Level.EDIT);
        if (!changes.restore(model, version, clock.instant())) {
            throw PlatformException.notFound("deleted version that was not purged", model + "/" + version);
        }
        models.touch(model, clock.instant());
        ModelVersion restored = get(model, version, false);
        audit.record("version.restored", VERSION, model + "/" + version, null, restored);
        events.append("registry.version.restored", model, Map.of("model", model, "version", version), "user:" + actor);
        LOG.infof("version restored model=%s version=%d actor=%s", model, version, actor);
        return restored;
    }

    /** Deletes a version and its aliases; the number is never used again. */
    @Transactional
    public void delete(String model, int version, String actor) {
        ModelVersion deleted = get(model, version, false);
        access.checkModel(model, Level.EDIT);
        deleted.aliases()
                .forEach(alias -> aliases.move(new AliasService.Move(
                        model, alias, null, false, null, actor, "the version was deleted", "user:" + actor)));
        changes.delete(model, version, clock.instant());
        models.touch(model, clock.instant());
        audit.record("version.deleted", VERSION, model + "/" + version, deleted, null);
        events.append("registry.version.deleted", model, Map.of("model", model, "version", version), "user:" + actor);
        LOG.infof("version deleted model=%s version=%d actor=%s", model, version, actor);
    }
}
