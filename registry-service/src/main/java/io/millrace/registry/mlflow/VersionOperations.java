package io.millrace.registry.mlflow;

import static io.millrace.registry.mlflow.MlflowJson.list;
import static io.millrace.registry.mlflow.MlflowJson.optional;
import static io.millrace.registry.mlflow.MlflowJson.present;
import static io.millrace.registry.mlflow.MlflowJson.required;
import static io.millrace.registry.mlflow.MlflowJson.text;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.registry.mlflow.Wire.Pair;
import io.millrace.registry.mlflow.Wire.VersionMessage;
import io.millrace.registry.model.ModelVersion;
import io.millrace.registry.model.RegistrySearch;
import io.millrace.registry.model.Stage;
import io.millrace.registry.model.StageService;
import io.millrace.registry.model.VersionService;
import io.millrace.registry.model.VersionService.NewVersion;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations on versions of registered models. */
@ApplicationScoped
class VersionOperations implements MlflowOperations {

    private static final int DEFAULT_PAGE = 10_000;
    private static final int MAX_PAGE = 200_000;

    private final VersionService versions;
    private final StageService stages;
    private final SecurityIdentity caller;

    VersionOperations(VersionService versions, StageService stages, SecurityIdentity caller) {
        this.versions = versions;
        this.stages = stages;
        this.caller = caller;
    }

    record Create(
            @Nullable String name,
            @Nullable String source,
            @Nullable String runId,
            @Nullable List<Pair> tags,
            @Nullable String runLink,
            @Nullable String description,
            @Nullable String modelId) {}

    record ByNumber(@Nullable String name, @Nullable String version) {}

    record One(VersionMessage modelVersion) {}

    record Update(
            @Nullable String name,
            @Nullable String version,
            @Nullable String description) {}

    record Transition(
            @Nullable String name,
            @Nullable String version,
            @Nullable String stage,
            @Nullable Boolean archiveExistingVersions) {}

    record Uri(String artifactUri) {}

    record Search(
            @Nullable String filter,
            @Nullable Integer maxResults,
            @Nullable List<String> orderBy,
            @Nullable String pageToken) {}

    record Found(
            List<VersionMessage> modelVersions, @Nullable String nextPageToken) {}

    record Tag(
            @Nullable String name,
            @Nullable String version,
            @Nullable String key,
            @Nullable String value) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>("POST", "model-versions/create", Roles.ENGINEER, Create.class, this::create),
                new Operation<>("GET", "model-versions/get", Roles.VIEWER, ByNumber.class, this::get),
                new Operation<>("PATCH", "model-versions/update", Roles.ENGINEER, Update.class, this::update),
                new Operation<>(
                        "POST", "model-versions/transition-stage", Roles.ENGINEER, Transition.class, this::transition),
                new Operation<>("DELETE", "model-versions/delete", Roles.ENGINEER, ByNumber.class, this::delete),
                new Operation<>(
                        "GET", "model-versions/get-download-uri", Roles.VIEWER, ByNumber.class, this::downloadUri),
                new Operation<>("GET", "model-versions/search", Roles.VIEWER, Search.class, this::search),
                new Operation<>("POST", "model-versions/search", Roles.VIEWER, Search.class, this::search),
                new Operation<>("POST", "model-versions/set-tag", Roles.ENGINEER, Tag.class, this::setTag),
                new Operation<>("DELETE", "model-versions/delete-tag", Roles.ENGINEER, Tag.class, this::deleteTag));
    }

    /** The number of a version, which is a text on the wire. */
    static int number(@Nullable String version) {
        String text = required("version", version);
        if (!text.matches("\\d{1,9}")) {
            throw PlatformException.invalid("/version", "Model version must be an integer, got '" + text + "'.");
        }
        return Integer.parseInt(text);
    }

    private Object create(Create request) {
        String name = required("name", request.name());
        return new One(VersionMessage.of(versions.create(new NewVersion(
                name,
                required("source", request.source()),
                text(request.runId()),
                text(request.runLink()),
                optional(request.modelId()),
                text(request.description()),
                Wire.map("tags", request.tags()),
                caller.getPrincipal().getName()))));
    }

    private ModelVersion version(@Nullable String name, @Nullable String version) {
        String model = required("name", name);
        int number = number(version);
        return versions.get(model, number, false);
    }

    private Object get(ByNumber request) {
        return new One(VersionMessage.of(version(request.name(), request.version())));
    }

    private Object update(Update request) {
        ModelVersion v = version(request.name(), request.version());
        return new One(VersionMessage.of(versions.describe(v.model(), v.version(), text(request.description()))));
    }

    private Object transition(Transition request) {
        ModelVersion v = version(request.name(), request.version());
        Stage stage = Stage.of(required("stage", request.stage()));
        return new One(VersionMessage.of(stages.transition(
                v.model(),
                v.version(),
                stage,
                Boolean.TRUE.equals(request.archiveExistingVersions()),
                "",
                caller.getPrincipal().getName())));
    }

    private Object delete(ByNumber request) {
        ModelVersion v = version(request.name(), request.version());
        versions.delete(v.model(), v.version(), caller.getPrincipal().getName());
        return Operation.EMPTY;
    }

    /** The files as they were when the version was made, whatever was logged to the run later. */
    private Object downloadUri(ByNumber request) {
        ModelVersion v = version(request.name(), request.version());
        if (v.files().isEmpty()) {
            return new Uri(v.source());
        }
        String name = URLEncoder.encode(v.model(), StandardCharsets.UTF_8).replace("+", "%20");
        return new Uri("mlflow-artifacts:/" + MlflowArtifactResource.VERSIONS + name + "/" + v.version());
    }

    private Object search(Search request) {
        int limit = ModelOperations.limit(request.maxResults(), DEFAULT_PAGE, MAX_PAGE);
        Page<ModelVersion> page = versions.search(
                new RegistrySearch(request.filter(), list(request.orderBy()), limit, optional(request.pageToken())));
        return new Found(page.items().stream().map(VersionMessage::found).toList(), page.nextPageToken());
    }

    private Object setTag(Tag request) {
        ModelVersion v = version(request.name(), request.version());
        versions.setTag(v.model(), v.version(), required("key", request.key()), present("value", request.value()));
        return Operation.EMPTY;
    }

    private Object deleteTag(Tag request) {
        ModelVersion v = version(request.name(), request.version());
        versions.deleteTag(v.model(), v.version(), required("key", request.key()));
        return Operation.EMPTY;
    }
}
