package io.millrace.registry.promotion;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.event.EventLog;
import io.millrace.registry.access.AccessService;
import io.millrace.registry.access.Level;
import io.millrace.registry.audit.AuditService;
import io.millrace.registry.card.CardService;
import io.millrace.registry.model.AliasService;
import io.millrace.registry.model.ModelVersion;
import io.millrace.registry.model.VersionService;
import io.millrace.registry.policy.Policy;
import io.millrace.registry.policy.PolicyService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Moves protected aliases once enough people have agreed. Who decides holds the promotion's row. */
@ApplicationScoped
public class PromotionService {

    private static final Logger LOG = Logger.getLogger(PromotionService.class);
    private static final int MAX_REASON = 2_000;
    private static final int MAX_TEXT = 10_000;
    private static final int EXPIRE_AT_ONCE = 100;

    private final PromotionStore promotions;
    private final AccessService access;
    private final PolicyService policies;
    private final CardService cards;
    private final VersionService versions;
    private final AliasService aliases;
    private final AuditService audit;
    private final EventLog events;
    private final Clock clock;

    PromotionService(
            PromotionStore promotions,
            AccessService access,
            PolicyService policies,
            CardService cards,
            VersionService versions,
            AliasService aliases,
            AuditService audit,
            EventLog events,
            Clock clock) {
        this.promotions = promotions;
        this.access = access;
        this.policies = policies;
        this.cards = cards;
        this.versions = versions;
        this.aliases = aliases;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /** Who asks, and what they may. */
    record Caller(String name, Set<String> roles) {}

    @Transactional
    Promotion open(String model, OpenPromotionRequest request, Caller caller) {
        Integer version = request.version();
        String alias = request.alias();
        String reason = request.reason();
        if (version == null) {
            throw PlatformException.invalid("/version", "is required");
        }
        if (alias == null || alias.isEmpty()) {
            throw PlatformException.invalid("/alias", "is required");
        }
        if (reason == null || reason.isBlank() || reason.length() > MAX_REASON) {
            throw PlatformException.invalid("/reason", "must be 1 to " + MAX_REASON + " characters");
        }
        versions.get(model, version, false);
        access.checkModel(model, Level.EDIT);
        Policy policy = policies.of(model);
        if (!policy.protects(alias)) {
            throw PlatformException.conflict(
                    "The alias " + alias + " of model " + model + " is not protected: move it without a promotion");
        }
        if (policy.cardRequired()) {
            cards.checkComplete(model, version);
        }
        Instant now = clock.instant();
        String cause = request.causedBy();
        Promotion opened = new Promotion(
                UUID.randomUUID(),
                model,
                version,
                alias,
                PromotionState.OPEN,
                reason,
                cause == null ? "user:" + caller.name() : cause,
                caller.name(),
                now,
                now.plus(Duration.ofDays(policy.expireAfterDays())),
                null,
                List.of());
        if (!promotions.add(opened)) {
            throw PlatformException.alreadyExists("open promotion", model + "/" + version + " to " + alias);
        }
        say(opened, "opened", caller.name(), reason);
        Promotion current = get(model, opened.id());
        announce("registry.promotion.opened", current, null);
        return policy.approvals() == 0 ? apply(current, caller.name()) : current;
    }

    @Transactional
    Promotion get(String model, UUID id) {
        return promotions
                .find(model, id)
                .orElseThrow(() -> PlatformException.notFound("promotion of model " + model, id.toString()));
    }

    /** Promotions opened before, newest first. */
    @Transactional
    List<Promotion> list(String model, @Nullable PromotionState state, Instant before, String beforeId, int limit) {
        return promotions.list(model, state, before, beforeId, limit);
    }

    @Transactional
    Promotion comment(String model, UUID id, Caller caller, String text) {
        if (text.isBlank()) {
            throw PlatformException.invalid("/text", "is required");
        }
        say(locked(model, id), "commented", caller.name(), text);
        return get(model, id);
    }

    /** Approves; the last approval that the policy asks for moves the alias. */
    @Transactional
    Promotion approve(String model, UUID id, Caller caller, String text) {
        Promotion open = locked(model, id);
        Policy policy = deciding(open, caller);
        if (policy.fourEyes()) {
            ModelVersion version = versions.get(model, open.version(), false);
            if (caller.name().equals(open.openedBy()) || caller.name().equals(version.createdBy())) {
                throw new PlatformException(
                        ErrorCode.FORBIDDEN,
                        "The policy asks for other eyes: who opened the promotion or registered the version cannot approve it");
            }
        }
        if (open.steps().stream()
                .anyMatch(s -> s.kind().equals("approved") && s.actor().equals(caller.name()))) {
            throw PlatformException.conflict(caller.name() + " has approved this promotion already");
        }
        say(open, "approved", caller.name(), text);
        Promotion approved = get(model, id);
        audit.record("promotion.approved", "model", model, open, approved);
        return approved.approvals() >= policy.approvals() ? apply(approved, caller.name()) : approved;
    }

    @Transactional
    Promotion reject(String model, UUID id, Caller caller, String text) {
        Promotion open = locked(model, id);
        deciding(open, caller);
        if (text.isBlank()) {
            throw PlatformException.invalid("/text", "is required: say why");
        }
        return close(open, PromotionState.REJECTED, caller.name(), text);
    }

    @Transactional
    Promotion withdraw(String model, UUID id, Caller caller, String text) {
        Promotion open = locked(model, id);
        if (!caller.name().equals(open.openedBy()) && !caller.roles().contains(Roles.ADMIN)) {
            throw new PlatformException(
                    ErrorCode.FORBIDDEN,
                    "Only " + open.openedBy() + " or an administrator can withdraw this promotion");
        }
        return close(open, PromotionState.WITHDRAWN, caller.name(), text);
    }

    /** Closes promotions that waited too long. */
    @Transactional
    void expire() {
        for (Promotion waiting : promotions.lockExpired(clock.instant(), EXPIRE_AT_ONCE)) {
            close(waiting, PromotionState.EXPIRED, "system", "nobody decided in time");
        }
    }

    private Promotion locked(String model, UUID id) {
        promotions.lock(model, id);
        Promotion found = get(model, id);
        if (found.state() != PromotionState.OPEN) {
            throw PlatformException.conflict("The promotion is " + found.state().wire() + " since " + found.closedAt());
        }
        return found;
    }

    private Policy deciding(Promotion promotion, Caller caller) {
        Policy policy = policies.of(promotion.model());
        if (!caller.roles().contains(policy.approverRole())) {
            throw new PlatformException(
                    ErrorCode.FORBIDDEN,
                    "The policy of model " + promotion.model() + " lets only the role " + policy.approverRole()
                            + " decide");
        }
        return policy;
    }

    private Promotion apply(Promotion approved, String actor) {
        aliases.moveApproved(new AliasService.Move(
                approved.model(),
                approved.alias(),
                approved.version(),
                false,
                null,
                actor,
                approved.reason() + " (promotion " + approved.id() + ")",
                approved.causedBy()));
        return close(approved, PromotionState.APPLIED, actor, "");
    }

    private Promotion close(Promotion open, PromotionState state, String actor, String text) {
        say(open, state.wire(), actor, text);
        promotions.close(open.id(), state, clock.instant());
        Promotion closed = get(open.model(), open.id());
        announce("registry.promotion." + state.wire(), closed, open);
        return closed;
    }

    private void say(Promotion promotion, String kind, String actor, String text) {
        if (text.length() > MAX_TEXT) {
            throw PlatformException.invalid("/text", "must be at most " + MAX_TEXT + " characters");
        }
        promotions.say(promotion.id(), new Promotion.Step(kind, actor, text, clock.instant()));
    }

    private void announce(String type, Promotion promotion, @Nullable Promotion before) {
        events.append(
                type,
                promotion.model(),
                Map.of(
                        "promotionId", promotion.id().toString(),
                        "model", promotion.model(),
                        "version", promotion.version(),
                        "alias", promotion.alias()),
                promotion.causedBy());
        audit.record(type.substring("registry.".length()), "model", promotion.model(), before, promotion);
        LOG.infof(
                "promotion %s id=%s model=%s version=%d alias=%s",
                promotion.state().wire(), promotion.id(), promotion.model(), promotion.version(), promotion.alias());
    }
}
