package io.millrace.registry.mlflow;

import static io.millrace.registry.mlflow.MlflowJson.list;
import static io.millrace.registry.mlflow.MlflowJson.optional;
import static io.millrace.registry.mlflow.MlflowJson.required;
import static io.millrace.registry.mlflow.MlflowJson.text;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.registry.mlflow.Wire.ModelMessage;
import io.millrace.registry.mlflow.Wire.Pair;
import io.millrace.registry.mlflow.Wire.VersionMessage;
import io.millrace.registry.model.AliasService;
import io.millrace.registry.model.Model;
import io.millrace.registry.model.ModelService;
import io.millrace.registry.model.ModelVersion;
import io.millrace.registry.model.RegistrySearch;
import io.millrace.registry.model.Stage;
import io.millrace.registry.model.VersionService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Operations on registered models and their aliases. */
@ApplicationScoped
class ModelOperations implements MlflowOperations {

    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;

    private final ModelService models;
    private final VersionService versions;
    private final AliasService aliases;
    private final SecurityIdentity caller;

    ModelOperations(ModelService models, VersionService versions, AliasService aliases, SecurityIdentity caller) {
        this.models = models;
        this.versions = versions;
        this.aliases = aliases;
        this.caller = caller;
    }

    record Create(
            @Nullable String name,
            @Nullable List<Pair> tags,
            @Nullable String description) {}

    record ByName(@Nullable String name) {}

    record One(ModelMessage registeredModel) {}

    record Rename(@Nullable String name, @Nullable String newName) {}

    record Update(@Nullable String name, @Nullable String description) {}

    record Search(
            @Nullable String filter,
            @Nullable Integer maxResults,
            @Nullable List<String> orderBy,
            @Nullable String pageToken) {}

    record Found(
            List<ModelMessage> registeredModels, @Nullable String nextPageToken) {}

    record Latest(@Nullable String name, @Nullable List<String> stages) {}

    record Versions(List<VersionMessage> modelVersions) {}

    record Tag(
            @Nullable String name,
            @Nullable String key,
            @Nullable String value) {}

    record Alias(
            @Nullable String name,
            @Nullable String alias,
            @Nullable String version) {}

    record Version(VersionMessage modelVersion) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>("POST", "registered-models/create", Roles.ENGINEER, Create.class, this::create),
                new Operation<>("GET", "registered-models/get", Roles.VIEWER, ByName.class, this::get),
                new Operation<>("POST", "registered-models/rename", Roles.ENGINEER, Rename.class, this::rename),
                new Operation<>("PATCH", "registered-models/update", Roles.ENGINEER, Update.class, this::update),
                new Operation<>("DELETE", "registered-models/delete", Roles.ENGINEER, ByName.class, this::delete),
                new Operation<>("GET", "registered-models/search", Roles.VIEWER, Search.class, this::search),
                new Operation<>("POST", "registered-models/search", Roles.VIEWER, Search.class, this::search),
                new Operation<>(
                        "POST", "registered-models/get-latest-versions", Roles.VIEWER, Latest.class, this::latest),
                new Operation<>(
                        "GET", "registered-models/get-latest-versions", Roles.VIEWER, Latest.class, this::latest),
                new Operation<>("POST", "registered-models/set-tag", Roles.ENGINEER, Tag.class, this::setTag),
                new Operation<>("DELETE", "registered-models/delete-tag", Roles.ENGINEER, Tag.class, this::deleteTag),
                new Operation<>("POST", "registered-models/alias", Roles.ENGINEER, Alias.class, this::setAlias),
                new Operation<>("DELETE", "registered-models/alias", Roles.ENGINEER, Alias.class, this::deleteAlias),
                new Operation<>("GET", "registered-models/alias", Roles.VIEWER, Alias.class, this::getAlias));
    }

    private Object create(Create request) {
        String name = required("name", request.name());
        try {
            Model created = models.create(name, request.description(), Wire.map("tags", request.tags()));
            return new One(ModelMessage.of(created, List.of()));
        } catch (PlatformException e) {
            if (e.code() == ErrorCode.ALREADY_EXISTS) {
                throw new PlatformException(e.code(), "Registered Model (name=" + name + ") already exists.");
            }
            throw e;
        }
    }

    private Object get(ByName request) {
        return new One(message(required("name", request.name())));
    }

    private ModelMessage message(String name) {
        return ModelMessage.of(models.get(name), versions.latest(List.of(name)));
    }

    private Object rename(Rename request) {
        String name = required("name", request.name());
        String newName = required("new_name", request.newName());
        models.get(name);
        models.rename(name, newName);
        return new One(message(newName));
    }

    private Object update(Update request) {
        String name = required("name", request.name());
        models.get(name);
        models.describe(name, text(request.description()));
        return new One(message(name));
    }

    private Object delete(ByName request) {
        String name = required("name", request.name());
        models.get(name);
        models.delete(name, caller.getPrincipal().getName());
        return Operation.EMPTY;
    }

    private Object search(Search request) {
        int limit = limit(request.maxResults(), DEFAULT_PAGE, MAX_PAGE);
        Page<Model> page = models.search(
                new RegistrySearch(request.filter(), list(request.orderBy()), limit, optional(request.pageToken())));
        List<ModelVersion> latest =
                versions.latest(page.items().stream().map(Model::name).toList());
        return new Found(
                page.items().stream().map(m -> ModelMessage.of(m, latest)).toList(), page.nextPageToken());
    }

    static int limit(@Nullable Integer max, int byDefault, int most) {
        int limit = max == null ? byDefault : max;
        if (limit < 1 || limit > most) {
            throw MlflowJson.invalid("max_results", String.valueOf(max), "it must be 1 to " + most);
        }
        return limit;
    }

    private Object latest(Latest request) {
        String name = required("name", request.name());
        models.get(name);
        Set<String> stages = list(request.stages()).stream()
                .map(stage -> Stage.of(stage).label())
                .collect(Collectors.toSet());
        return new Versions(versions.latest(List.of(name)).stream()
                .filter(v -> stages.isEmpty() || stages.contains(v.stage()))
                .map(VersionMessage::of)
                .toList());
    }

    private Object setTag(Tag request) {
        String name = required("name", request.name());
        models.get(name);
        models.setTag(name, required("key", request.key()), text(request.value()));
        return Operation.EMPTY;
    }

    private Object deleteTag(Tag request) {
        String name = required("name", request.name());
        models.get(name);
        models.deleteTag(name, required("key", request.key()));
        return Operation.EMPTY;
    }

    private Object setAlias(Alias request) {
        String name = required("name", request.name());
        String alias = required("alias", request.alias());
        models.get(name);
        int version = VersionOperations.number(request.version());
        move(name, alias, version, "set by an MLflow client");
        return Operation.EMPTY;
    }

    private Object deleteAlias(Alias request) {
        String name = required("name", request.name());
        String alias = required("alias", request.alias());
        boolean there =
                models.get(name).aliases().stream().anyMatch(a -> a.alias().equals(alias));
        if (there) {
            move(name, alias, null, "removed by an MLflow client");
        }
        return Operation.EMPTY;
    }

    private void move(String name, String alias, @Nullable Integer version, String reason) {
        String actor = caller.getPrincipal().getName();
        aliases.move(new AliasService.Move(name, alias, version, false, null, actor, reason, "user:" + actor));
    }

    private Object getAlias(Alias request) {
        String name = required("name", request.name());
        String alias = required("alias", request.alias());
        Model model = models.get(name);
        if (alias.equalsIgnoreCase("latest")) {
            return new Version(VersionMessage.of(versions.latest(List.of(name)).stream()
                    .max(Comparator.comparing(ModelVersion::version))
                    .orElseThrow(() -> noAlias(alias))));
        }
        int version = model.aliases().stream()
                .filter(a -> a.alias().equals(alias))
                .findFirst()
                .orElseThrow(() -> noAlias(alias))
                .version();
        return new Version(VersionMessage.of(versions.get(name, version, false)));
    }

    /** MLflow answers 400 where one would expect 404, and clients rely on it. */
    private static PlatformException noAlias(String alias) {
        return PlatformException.invalid("", "Registered model alias " + alias + " not found.");
    }
}
