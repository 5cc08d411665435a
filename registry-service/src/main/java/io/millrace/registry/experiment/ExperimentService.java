package io.millrace.registry.experiment;

import io.millrace.common.error.PlatformException;
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

    private final ExperimentStore experiments;
    private final Clock clock;

    ExperimentService(ExperimentStore experiments, Clock clock) {
        this.experiments = experiments;
        this.clock = clock;
    }

    /** Creates an experiment; a name that a deleted one has is taken as well. */
    @Transactional
    public Experiment create(@Nullable String name, @Nullable String location, Map<String, String> tags) {
        String checked = checkedName("name", name);
        String where = location == null ? "" : location;
        if (where.length() > MAX_LOCATION || where.contains("..") || where.startsWith("runs:")) {
            throw PlatformException.invalid(
                    "/artifact_location", "must be at most " + MAX_LOCATION + " characters and a plain location");
        }
        checkTags(tags);
        long id = experiments.create(checked, where, clock.instant());
        if (where.isEmpty()) {
            experiments.locate(id, "millrace-artifacts:/experiments/" + id);
        }
        experiments.tag(id, tags);
        return get(Long.toString(id));
    }

    @Transactional
    public Experiment get(String id) {
        return experiments.find(number(id)).orElseThrow(() -> PlatformException.notFound("experiment", id));
    }

    @Transactional
    public Optional<Experiment> findByName(String name) {
        return experiments.findByName(name);
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

    @Transactional
    public void rename(String id, @Nullable String name) {
        Experiment experiment = getActive(id);
        experiments.rename(number(experiment.experimentId()), checkedName("new_name", name), clock.instant());
    }

    @Transactional
    public void delete(String id) {
        if (!get(id).active()) {
            throw PlatformException.notFound("active experiment", id);
        }
        experiments.stage(number(id), "deleted", clock.instant());
    }

    @Transactional
    public void restore(String id) {
        if (get(id).active()) {
            throw PlatformException.notFound("deleted experiment", id);
        }
        experiments.stage(number(id), "active", clock.instant());
    }

    @Transactional
    public void tag(String id, Map<String, String> tags) {
        checkTags(tags);
        Experiment experiment = getActive(id);
        experiments.tag(number(experiment.experimentId()), tags);
    }

    /** The experiment, which must not be deleted. */
    @Transactional
    public Experiment getActive(String id) {
        Experiment experiment = get(id);
        if (!experiment.active()) {
            throw PlatformException.invalid("/experiment_id", "names a deleted experiment: " + id);
        }
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
