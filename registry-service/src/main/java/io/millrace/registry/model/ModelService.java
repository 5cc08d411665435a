package io.millrace.registry.model;

import io.millrace.common.error.PlatformException;
import io.millrace.common.event.EventLog;
import io.millrace.common.http.Page;
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
    private final AliasService aliases;
    private final EventLog events;
    private final Clock clock;

    ModelService(ModelStore models, AliasService aliases, EventLog events, Clock clock) {
        this.models = models;
        this.aliases = aliases;
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

    /** Models that match, in the search's order. */
    @Transactional
    public Page<Model> search(RegistrySearch search) {
        return models.search(search);
    }

    @Transactional
    public Model rename(String name, @Nullable String newName) {
        get(name);
        String checked = checkedName(newName);
        if (!checked.equals(name) && !models.rename(name, checked, clock.instant())) {
            throw PlatformException.alreadyExists("model", checked);
        }
        return get(checked);
    }

    @Transactional
    public Model describe(String name, String description) {
        get(name);
        checkText(description);
        models.describe(name, description, clock.instant());
        return get(name);
    }

    @Transactional
    public void setTag(String name, String key, String value) {
        get(name);
        RegistryTags.check(key, value);
        models.tag(name, Map.of(key, value));
        models.touch(name, clock.instant());
    }

    /** Deletes a tag; none there is no error. */
    @Transactional
    public void deleteTag(String name, String key) {
        get(name);
        models.deleteTag(name, key);
    }

    /** Deletes a model with its versions and aliases. Its history stays, its name is free. */
    @Transactional
    public void delete(String name, String actor) {
        Model model = get(name);
        String cause = "user:" + actor;
        model.aliases()
                .forEach(alias -> aliases.move(new AliasService.Move(
                        name, alias.alias(), null, false, null, actor, "the model was deleted", cause)));
        models.delete(name, clock.instant());
        events.append("registry.model.deleted", name, Map.of("model", name), cause);
        LOG.infof("model deleted model=%s actor=%s", name, actor);
    }

    static void checkText(String description) {
        if (description.length() > MAX_TEXT) {
            throw PlatformException.invalid("/description", "must be at most " + MAX_TEXT + " characters");
        }
    }

    static String checkedName(@Nullable String name) {
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
