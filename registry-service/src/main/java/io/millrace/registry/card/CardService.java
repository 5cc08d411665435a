package io.millrace.registry.card;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.registry.access.AccessService;
import io.millrace.registry.access.Level;
import io.millrace.registry.audit.AuditService;
import io.millrace.registry.model.ModelVersion;
import io.millrace.registry.model.VersionService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps the cards of versions. A version that nobody has described has a draft, made of what the registry knows. */
@ApplicationScoped
public class CardService {

    private static final int MAX_TEXT = 100_000;
    private static final int MAX_WORD = 500;
    private static final int MAX_LIST = 100;

    private final CardStore cards;
    private final AccessService access;
    private final VersionService versions;
    private final AuditService audit;
    private final Clock clock;

    CardService(CardStore cards, AccessService access, VersionService versions, AuditService audit, Clock clock) {
        this.cards = cards;
        this.access = access;
        this.versions = versions;
        this.audit = audit;
        this.clock = clock;
    }

    /** The newest edition, or the draft. */
    @Transactional
    public CardRevision get(String model, int version) {
        ModelVersion of = versions.get(model, version, false);
        return cards.newest(model, version)
                .map(edited -> complete(edited, of))
                .orElseGet(() -> complete(
                        new CardRevision(
                                model, version, 0, CardDraft.of(of), Map.of(), List.of(), List.of(), null, null),
                        of));
    }

    /** Editions below {@code before}, newest first. */
    @Transactional
    List<CardRevision> history(String model, int version, int before, int limit) {
        ModelVersion of = versions.get(model, version, false);
        return cards.list(model, version, before, limit).stream()
                .map(edited -> complete(edited, of))
                .toList();
    }

    private static CardRevision complete(CardRevision edited, ModelVersion version) {
        return new CardRevision(
                edited.model(),
                edited.version(),
                edited.revision(),
                edited.card(),
                version.metrics(),
                CardDraft.columns(version.signature()),
                missing(edited.card()),
                edited.editedBy(),
                edited.editedAt());
    }

    private static List<String> missing(ModelCard card) {
        List<String> missing = new ArrayList<>();
        if (blank(card.owner())) {
            missing.add("owner");
        }
        if (blank(card.license())) {
            missing.add("license");
        }
        for (CardSection section : CardSection.values()) {
            if (section.required() && card.section(section).isBlank()) {
                missing.add(section.key());
            }
        }
        return missing;
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    /** Keeps an edition. */
    @Transactional
    CardRevision put(String model, int version, ModelCard card, @Nullable Integer expected, String actor) {
        check(card);
        CardRevision before = get(model, version);
        access.checkModel(model, Level.EDIT);
        if (expected != null && expected != before.revision()) {
            throw stale(before.revision(), expected);
        }
        CardRevision after = new CardRevision(
                model, version, before.revision() + 1, card, Map.of(), List.of(), List.of(), actor, clock.instant());
        if (!cards.add(after)) {
            throw stale(before.revision() + 1, before.revision());
        }
        CardRevision kept = get(model, version);
        audit.record("card.edited", "version", model + "/" + version, before.card(), kept.card());
        return kept;
    }

    private static PlatformException stale(int revision, int expected) {
        return new PlatformException(ErrorCode.STALE_VERSION, "The card has edition " + revision + ", not " + expected);
    }

    private static void check(ModelCard card) {
        List<FieldError> errors = new ArrayList<>();
        word(errors, "/owner", card.owner());
        word(errors, "/license", card.license());
        word(errors, "/libraryName", card.libraryName());
        word(errors, "/baseModel", card.baseModel());
        words(errors, "/language", card.language());
        words(errors, "/tags", card.tags());
        words(errors, "/datasets", card.datasets());
        card.sections().forEach((section, text) -> {
            if (text.length() > MAX_TEXT) {
                errors.add(new FieldError("/sections/" + section.key(), "must be at most " + MAX_TEXT + " characters"));
            }
        });
        if (card.notes().length() > MAX_TEXT) {
            errors.add(new FieldError("/notes", "must be at most " + MAX_TEXT + " characters"));
        }
        if (!errors.isEmpty()) {
            throw PlatformException.invalid(errors);
        }
    }

    private static void word(List<FieldError> errors, String field, @Nullable String text) {
        if (text != null && text.length() > MAX_WORD) {
            errors.add(new FieldError(field, "must be at most " + MAX_WORD + " characters"));
        }
    }

    private static void words(List<FieldError> errors, String field, List<String> list) {
        if (list.size() > MAX_LIST || list.stream().anyMatch(w -> w.isBlank() || w.length() > MAX_WORD)) {
            errors.add(new FieldError(
                    field, "must be at most " + MAX_LIST + " texts of 1 to " + MAX_WORD + " characters"));
        }
    }

    /** Refuses a version whose card lacks something. */
    @Transactional
    public void checkComplete(String model, int version) {
        List<String> missing = get(model, version).missing();
        if (!missing.isEmpty()) {
            throw PlatformException.conflict(
                    "The policy of model " + model + " requires a complete model card; that of version " + version
                            + " lacks: " + String.join(", ", missing));
        }
    }
}
