package io.millrace.registry.model;

import io.millrace.common.error.PlatformException;
import io.millrace.common.event.EventLog;
import io.millrace.common.http.Page;
import io.millrace.registry.access.AccessService;
import io.millrace.registry.access.Level;
import io.millrace.registry.audit.AuditService;
import io.millrace.registry.manifest.ManifestService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps models. */
@ApplicationScoped
public class ModelService {

    private static final Logger LOG = Logger.getLogger(ModelService.class);
    private static final int MAX_NAME = 256;
    private static final int MAX_TEXT = 100_000;

    private final ModelStore models;
    private final AccessService access;
    private final AliasService aliases;
    private final VersionStore versions;
    private final ManifestService manifests;
    private final AuditService audit;
    private final EventLog events;
    private final Clock clock;

    ModelService(
            ModelStore models,
            AccessService access,
            AliasService aliases,
            VersionStore versions,
            ManifestService manifests,
            AuditService audit,
            EventLog events,
            Clock clock) {
        this.models = models;
        this.access = access;
        this.aliases = aliases;
        this.versions = versions;
        this.manifests = manifests;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /** Creates a model. */
    @Transactional
    public Model create(@Nullable String name, @Nullable String description, Map<String, String> tags) {
        String checked = checkedName(name);
        checkText(description == null ? "" : description);
        if (!models.create(checked, description == null ? "" : description)) {
            throw PlatformException.alreadyExists("model", checked);
        }
        tags.forEach(RegistryTags::check);
        models.tag(checked, tags);
        Model created = get(checked);
        audit.record("model.created", "model", checked, null, created);
        return created;
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

    /** Models that match, in the search's order. */
    @Transactional
    public Page<Model> search(RegistrySearch search) {
        return models.search(search);
    }

    @Transactional
    public Model rename(String name, @Nullable String newName) {
        Model before = get(name);
        access.checkModel(name, Level.MANAGE);
        String checked = checkedName(newName);
        if (!checked.equals(name) && !models.rename(name, checked, clock.instant())) {
            throw PlatformException.alreadyExists("model", checked);
        }
        // A manifest names its version, and that has another name now.
        versions.files(checked).forEach((version, files) -> manifests.sign(checked, version, files));
        Model renamed = get(checked);
        audit.record("model.renamed", "model", checked, before, renamed);
        return renamed;
    }

    @Transactional
    public Model describe(String name, String description) {
        Model before = get(name);
        access.checkModel(name, Level.EDIT);
        checkText(description);
        models.describe(name, description, clock.instant());
        Model described = get(name);
        audit.record("model.described", "model", name, before, described);
        return described;
    }

    @Transactional
    public void setTag(String name, String key, String value) {
        Model before = get(name);
        access.checkModel(name, Level.EDIT);
        RegistryTags.check(key, value);
        models.tag(name, Map.of(key, value));
        models.touch(name, clock.instant());
        audit.record("model.tagged", "model", name, before.tags(), get(name).tags());
    }

    /** Deletes a tag; none there is no error. */
    @Transactional
    public void deleteTag(String name, String key) {
        Model before = get(name);
        access.checkModel(name, Level.EDIT);
        models.deleteTag(name, key);
        audit.record("model.tagged", "model", name, before.tags(), get(name).tags());
    }

    /** Brings back the model that was last deleted under a name, with its versions, without its aliases. */
    @Transactional
    public Model restore(String name, String actor) {
        if (!models.restore(name, clock.instant())) {
            throw PlatformException.notFound("deleted model that was not purged", name);
        }
        Model restored = get(name);
        audit.record("model.restored", "model", name, null, restored);
        events.append("registry.model.restored", name, Map.of("model", name), "user:" + actor);
        LOG.infof("model restored model=%s actor=%s", name, actor);
        return restored;
    }

    /** Deletes a model with its versions and aliases. Its history stays, its name is free. */
    @Transactional
    public void delete(String name, String actor) {
        Model model = get(name);
        access.checkModel(name, Level.MANAGE);
        String cause = "user:" + actor;
        model.aliases()
                .forEach(alias -> aliases.move(new AliasService.Move(
                        name, alias.alias(), null, false, null, actor, "the model was deleted", cause)));
        models.delete(name, clock.instant());
        audit.record("model.deleted", "model", name, model, null);
        events.append("registry.model.deleted", name, Map.of("model", name), cause);
        LOG.infof("model deleted model=%s actor=%s", name, actor);
    }

    static void checkText(String description) {
        if (description.length() > MAX_TEXT) {
            throw PlatformException.invalid("/description", "must be at most " + MAX_TEXT + " characters");
        }
    }

    public static String checkedName(@Nullable String name) {
        if (name == null || name.isBlank()) {
            throw PlatformException.invalid("/name", "Missing value for required parameter 'name'.");
        }
        if (name.length() > MAX_NAME || name.matches("(?s).*[/:\\p{Cntrl}].*")) {
            throw PlatformException.invalid(
                    "/name", "must be 1 to " + MAX_NAME + " characters without '/', ':' and control characters");
        }
        return name;
    }
}
