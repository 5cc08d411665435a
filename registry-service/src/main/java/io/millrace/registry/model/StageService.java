package io.millrace.registry.model;

import io.millrace.common.error.PlatformException;
import io.millrace.common.event.EventLog;
import io.millrace.registry.access.AccessService;
import io.millrace.registry.access.Level;
import io.millrace.registry.audit.AuditService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Moves versions from stage to stage and keeps who did, when and why. */
@ApplicationScoped
public class StageService {

    private final ModelStore models;
    private final VersionService versions;
    private final VersionChangeStore changes;
    private final AccessService access;
    private final AuditService audit;
    private final EventLog events;
    private final Clock clock;

    StageService(
            ModelStore models,
            VersionService versions,
            VersionChangeStore changes,
            AccessService access,
            AuditService audit,
            EventLog events,
            Clock clock) {
        this.models = models;
        this.versions = versions;
        this.changes = changes;
        this.access = access;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /** Moves a version to a stage; with {@code archiveOthers} whatever else is in it moves to Archived, all or nothing. */
    @Transactional
    public ModelVersion transition(
            String model, int version, Stage stage, boolean archiveOthers, String reason, String actor) {
        ModelService.checkText(reason);
        models.lock(model);
        ModelVersion before = versions.get(model, version, false);
        access.checkModel(model, Level.EDIT);
        if (archiveOthers && stage != Stage.STAGING && stage != Stage.PRODUCTION) {
            throw PlatformException.invalid(
                    "/archive_existing_versions", "is only possible for the stages Staging and Production");
        }
        Instant now = clock.instant();
        if (archiveOthers) {
            for (int other : changes.others(model, version, stage.label())) {
                String why = reason.isEmpty() ? "version " + version + " took its place" : reason;
                stage(model, new StageChange(other, stage.label(), Stage.ARCHIVED.label(), actor, why, now));
            }
        }
        stage(model, new StageChange(version, before.stage(), stage.label(), actor, reason, now));
        models.touch(model, now);
        return versions.get(model, version, false);
    }

    private void stage(String model, StageChange move) {
        changes.stage(model, move);
        audit.record(
                "version.staged",
                "version",
                model + "/" + move.version(),
                Map.of("stage", move.from()),
                Map.of("stage", move.to(), "reason", move.reason()));
        events.append(
                "registry.version.staged",
                model,
                Map.of("model", model, "version", move.version(), "from", move.from(), "to", move.to()),
                "user:" + move.actor());
    }

    /** Changes of a version's stage, newest first. */
    @Transactional
    public List<StageChange> stages(String model, int version) {
        versions.get(model, version, false);
        return changes.stages(model, version);
    }

    /** The stage of each version that was in one at a time, with who had put it there and why. */
    @Transactional
    public List<StageChange> stagesAt(String model, Instant when) {
        if (models.find(model).isEmpty()) {
            throw PlatformException.notFound("model", model);
        }
        return changes.stagesAt(model, when);
    }
}
