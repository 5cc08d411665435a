package io.millrace.registry.experiment;

import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.registry.access.AccessService;
import io.millrace.registry.access.Level;
import io.millrace.registry.audit.AuditService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps experiments. Ids are decimal numbers in text, as MLflow clients expect. */
@ApplicationScoped
public class ExperimentService {

    private static final int MAX_NAME = 500;
    private static final int MAX_LOCATION = 2048;
    private static final int MAX_TAG_VALUE = 5000;
    private static final int MAX_EXPERIMENTS = 50_000;

    private final ExperimentStore experiments;
    private final AccessService access;
    private final AuditService audit;
    private final Clock clock;

    ExperimentService(ExperimentStore experiments, AccessService access, AuditService audit, Clock clock) {
        this.experiments = experiments;
        this.access = access;
        this.audit = audit;
        this.clock = clock;
    }

    /** Creates an experiment; a name that a deleted one has is taken as well. */
    @Transactional
    public Experiment create(@Nullable String name, @Nullable String location, Map<String, String> tags) {
        String checked = checkedName("name", name);
        String where = location == null ? "" : location;
        if (where.length() > MAX_LOCATION) {
            throw PlatformException.invalid(
                    "/artifact_location",
                    "'artifact_location' exceeds the maximum length of " + MAX_LOCATION + " characters");
        }
        if (where.startsWith("runs:") || where.matches(".*(\\.\\.|[#;?]).*")) {
            throw PlatformException.invalid(
                    "/artifact_location",
                    "Invalid value '" + where + "' for parameter 'artifact_location' supplied: it must be a location "
                            + "without '..', fragment, parameters or query, and not of a run");
        }
        checkTags(tags);
        long id = experiments.create(checked, where, clock.instant());
        if (where.isEmpty()) {
            experiments.locate(id, "millrace-artifacts:/experiments/" + id);
        }
        experiments.tag(id, tags);
        Experiment created = get(Long.toString(id));
        audit.record("experiment.created", "experiment", created.experimentId(), null, created);
        return created;
    }

    @Transactional
    public Experiment get(String id) {
        return experiments.find(number(id)).orElseThrow(() -> PlatformException.notFound("experiment", id));
    }

    @Transactional
    public Experiment getByName(String name) {
        return experiments.findByName(name).orElseThrow(() -> PlatformException.notFound("experiment", name));
    }

    /** The experiment of that name, made if it is not there. */
    @Transactional
    public Experiment getOrCreate(String name) {
        Optional<Experiment> found = experiments.findByName(checkedName("experimentName", name));
        return found.orElseGet(() -> create(name, null, Map.of()));
    }

    /** Experiments newest first with ids below {@code beforeId}. */
    @Transactional
    public List<Experiment> list(List<String> stages, long beforeId, int limit) {
        return experiments.list(stages, beforeId, limit);
    }

    /** Experiments that match, in the search's order. */
    @Transactional
    public Page<Experiment> search(ExperimentSearch search) {
        if (search.limit() < 1 || search.limit() > MAX_EXPERIMENTS) {
            throw PlatformException.invalid(
                    "/max_results",
                    "Invalid value " + search.limit() + " for parameter 'max_results' supplied: must be between 1 and "
                            + MAX_EXPERIMENTS);
        }
        return experiments.search(search);
    }

    @Transactional
    public void rename(String id, @Nullable String name) {
        Experiment experiment = get(id);
        access.checkExperiment(experiment.experimentId(), Level.MANAGE);
        if (!experiment.active()) {
            throw PlatformException.conflict("Cannot rename a non-active experiment: " + id);
        }
        experiments.rename(number(experiment.experimentId()), checkedName("new_name", name), clock.instant());
        audit.record("experiment.renamed", "experiment", id, experiment, get(id));
    }

    @Transactional
    public void delete(String id) {
        Experiment experiment = get(id);
        access.checkExperiment(experiment.experimentId(), Level.MANAGE);
        if (!experiment.active()) {
            throw PlatformException.notFound("active experiment", id);
        }
        experiments.stage(number(id), "deleted", clock.instant());
        audit.record("experiment.deleted", "experiment", id, Map.of("stage", "active"), Map.of("stage", "deleted"));
    }

    @Transactional
    public void restore(String id) {
        Experiment experiment = get(id);
        access.checkExperiment(experiment.experimentId(), Level.MANAGE);
        if (experiment.active()) {
            throw PlatformException.notFound("deleted experiment", id);
        }
        experiments.stage(number(id), "active", clock.instant());
        audit.record("experiment.restored", "experiment", id, Map.of("stage", "deleted"), Map.of("stage", "active"));
    }

    @Transactional
    public void tag(String id, Map<String, String> tags) {
        checkTags(tags);
        Experiment experiment = getActive(id);
        experiments.tag(number(experiment.experimentId()), tags);
    }

    @Transactional
    public void deleteTag(String id, String key) {
        Experiment experiment = getActive(id);
        if (!experiments.deleteTag(number(experiment.experimentId()), key)) {
            throw PlatformException.notFound("tag of experiment " + id, key);
        }
    }

    /** The experiment, which must not be deleted and which the caller may change. */
    @Transactional
    public Experiment getActive(String id) {
        Experiment experiment = get(id);
        if (!experiment.active()) {
            throw PlatformException.invalid(
                    "/experiment_id", "The experiment " + id + " must be in the 'active' state.");
        }
        access.checkExperiment(experiment.experimentId(), Level.EDIT);
        return experiment;
    }

    private static String checkedName(String field, @Nullable String name) {
        if (name == null || name.isBlank()) {
            throw PlatformException.invalid("/" + field, "Missing value for required parameter '" + field + "'.");
        }
        if (name.length() > MAX_NAME) {
            throw PlatformException.invalid(
                    "/" + field, "'" + field + "' exceeds the maximum length of " + MAX_NAME + " characters");
        }
        return name;
    }

    private static void checkTags(Map<String, String> tags) {
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > 250) {
                throw PlatformException.invalid("/tags", "a tag's key must be 1 to 250 characters");
            }
            if (value.length() > MAX_TAG_VALUE) {
                throw PlatformException.invalid(
                        "/tags/" + key, "exceeds the maximum length of " + MAX_TAG_VALUE + " characters");
            }
        });
    }

    private static long number(String id) {
        try {
            return id.isEmpty() ? 0 : Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw PlatformException.notFound("experiment", id);
        }
    }
}
