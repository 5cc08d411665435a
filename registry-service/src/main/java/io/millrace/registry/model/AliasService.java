package io.millrace.registry.model;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.event.EventLog;
import io.millrace.registry.access.AccessService;
import io.millrace.registry.access.Level;
import io.millrace.registry.audit.AuditService;
import io.millrace.registry.policy.PolicyService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Moves aliases. Every movement is a row of history and an event, in the same transaction. */
@ApplicationScoped
public class AliasService {

    private static final Logger LOG = Logger.getLogger(AliasService.class);
    private static final String FORM = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}";

    private final AliasStore aliases;
    private final AccessService access;
    private final ModelStore models;
    private final VersionStore versions;
    private final PolicyService policies;
    private final AuditService audit;
    private final EventLog events;
    private final Clock clock;

    AliasService(
            AliasStore aliases,
            AccessService access,
            ModelStore models,
            VersionStore versions,
            PolicyService policies,
            AuditService audit,
            EventLog events,
            Clock clock) {
        this.aliases = aliases;
        this.access = access;
        this.models = models;
        this.versions = versions;
        this.policies = policies;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Where an alias shall point, and why.
     *
     * @param version none removes the alias
     * @param checkExpected whether {@code expectedVersion} counts
     * @param expectedVersion where the alias must point now (none: nowhere) for the move to be made
     */
    public record Move(
            String model,
            String alias,
            @Nullable Integer version,
            boolean checkExpected,
            @Nullable Integer expectedVersion,
            String actor,
            String reason,
            String causedBy) {}

    /** Moves an alias that nobody protects. */
    @Transactional
    public Alias move(Move move) {
        access.checkModel(move.model(), Level.EDIT);
        if (move.version() != null && policies.of(move.model()).protects(move.alias())) {
            throw PlatformException.conflict("The alias " + move.alias() + " of model " + move.model()
                    + " is protected by its policy: open a promotion, POST /api/v1/models/" + move.model()
                    + "/promotions");
        }
        return carryOut(move);
    }

    /** Moves an alias as a promotion asks for, which has found its approvals. */
    @Transactional
    public Alias moveApproved(Move move) {
        return carryOut(move);
    }

    private Alias carryOut(Move move) {
        if (!move.alias().matches(FORM) || move.alias().matches("(?i)v\\d+|latest")) {
            throw PlatformException.invalid(
                    "/alias", "must match " + FORM + " and be neither 'latest' nor like a version number");
        }
        // Who moves an alias holds the model's row: revisions follow each other without a gap.
        if (!models.lock(move.model())) {
            throw PlatformException.notFound("model", move.model());
        }
        Integer to = move.version();
        if (to != null && versions.find(move.model(), to, false).isEmpty()) {
            throw PlatformException.notFound("model version", move.model() + "/" + to);
        }
        Optional<Integer> from = aliases.current(move.model(), move.alias());
        if (move.checkExpected() && !Objects.equals(from.orElse(null), move.expectedVersion())) {
            throw new PlatformException(
                    ErrorCode.STALE_VERSION,
                    "The alias " + move.alias() + " points to version "
                            + from.map(String::valueOf).orElse("none") + ", not to " + move.expectedVersion());
        }
        if (to == null && from.isEmpty()) {
            throw PlatformException.notFound("alias", move.model() + "@" + move.alias());
        }
        AliasChange change = new AliasChange(
                UUID.randomUUID(),
                move.model(),
                move.alias(),
                aliases.lastRevision(move.model(), move.alias()) + 1,
                from.orElse(null),
                to,
                move.actor(),
                move.reason(),
                move.causedBy(),
                clock.instant());
        aliases.apply(change);
        audit.record(
                "alias.moved",
                "model",
                move.model(),
                from.map(version -> Map.of("alias", move.alias(), "version", version))
                        .orElse(null),
                to == null ? null : change);
        announce(change);
        return new Alias(change.model(), change.alias(), to, change.revision(), change.changedAt(), change.id());
    }

    private void announce(AliasChange change) {
        Map<String, Object> data = new HashMap<>();
        data.put("model", change.model());
        data.put("alias", change.alias());
        data.put("fromVersion", change.fromVersion());
        data.put("toVersion", change.toVersion());
        data.put("revision", change.revision());
        data.put("changeId", change.id().toString());
        events.append("registry.alias.changed", change.model(), data, change.causedBy());
        LOG.infof(
                "alias moved model=%s alias=%s from=%s to=%s cause=%s",
                change.model(), change.alias(), change.fromVersion(), change.toVersion(), change.causedBy());
    }

    /** Where the alias points. */
    @Transactional
    public int resolve(String model, String alias) {
        return aliases.current(model, alias)
                .orElseThrow(() -> PlatformException.notFound("alias", model + "@" + alias));
    }

    /** The change that each alias of a model stood at by then: where it pointed, who put it there, and why. */
    @Transactional
    public List<AliasChange> at(String model, Instant when) {
        if (models.find(model).isEmpty()) {
            throw PlatformException.notFound("model", model);
        }
        return aliases.at(model, when);
    }

    /** Changes with revisions below {@code before}, newest first. */
    @Transactional
    public List<AliasChange> history(String model, String alias, long before, int limit) {
        if (models.find(model).isEmpty()) {
            throw PlatformException.notFound("model", model);
        }
        return aliases.history(model, alias, before, limit);
    }
}
