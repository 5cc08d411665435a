package io.millrace.registry.promotion;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.common.http.PageToken;
import io.millrace.common.http.PageToken.TimeKey;
import io.millrace.common.idempotency.IdempotencyService;
import io.millrace.registry.promotion.PromotionService.Caller;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Promotions of a model: open, discuss, decide. */
@Path("/api/v1/models/{name}/promotions")
class PromotionResource {

    private static final Instant END_OF_TIME = Instant.ofEpochSecond(253_402_300_799L);

    private final PromotionService promotions;
    private final IdempotencyService idempotency;
    private final SecurityIdentity caller;

    PromotionResource(PromotionService promotions, IdempotencyService idempotency, SecurityIdentity caller) {
        this.promotions = promotions;
        this.idempotency = idempotency;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Page<Promotion> list(
            String name,
            @QueryParam("state") @Nullable String state,
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        Optional<TimeKey> key = PageToken.timeKey(pageToken);
        Instant at = key.map(TimeKey::at).orElse(END_OF_TIME);
        String id = key.map(k -> k.id().toString()).orElse("");
        return Page.of(
                promotions.list(name, state(state), at, id, Page.checkedSize(pageSize) + 1),
                pageSize,
                p -> List.of(p.openedAt().toString(), p.id().toString()));
    }

    private static @Nullable PromotionState state(@Nullable String text) {
        try {
            return text == null ? null : PromotionState.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw PlatformException.invalid("/state", "must be one of open, applied, rejected, withdrawn, expired");
        }
    }

    @POST
    @ResponseStatus(201)
    @RolesAllowed(Roles.ENGINEER)
    public Promotion open(
            String name,
            @HeaderParam(IdempotencyService.HEADER) @Nullable String key,
            @Nullable OpenPromotionRequest request) {
        if (request == null) {
            throw PlatformException.invalid("", "a JSON body is required");
        }
        return idempotency.once(
                "openPromotion",
                key,
                List.of(name, request),
                Promotion.class,
                () -> promotions.open(name, request, caller()));
    }

    @GET
    @Path("{id}")
    @RolesAllowed(Roles.VIEWER)
    public Promotion get(String name, UUID id) {
        return promotions.get(name, id);
    }

    @POST
    @Path("{id}/comments")
    @RolesAllowed({Roles.ENGINEER, Roles.APPROVER})
    public Promotion comment(
            String name,
            UUID id,
            @HeaderParam(IdempotencyService.HEADER) @Nullable String key,
            @Nullable SayRequest said) {
        String text = text(said);
        return idempotency.once(
                "commentPromotion",
                key,
                List.of(id, text),
                Promotion.class,
                () -> promotions.comment(name, id, caller(), text));
    }

    @POST
    @Path("{id}/approve")
    @RolesAllowed({Roles.ENGINEER, Roles.APPROVER})
    public Promotion approve(String name, UUID id, @Nullable SayRequest said) {
        return promotions.approve(name, id, caller(), text(said));
    }

    @POST
    @Path("{id}/reject")
    @RolesAllowed({Roles.ENGINEER, Roles.APPROVER})
    public Promotion reject(String name, UUID id, @Nullable SayRequest said) {
        return promotions.reject(name, id, caller(), text(said));
    }

    @POST
    @Path("{id}/withdraw")
    @RolesAllowed(Roles.ENGINEER)
    public Promotion withdraw(String name, UUID id, @Nullable SayRequest said) {
        return promotions.withdraw(name, id, caller(), text(said));
    }

    private Caller caller() {
        return new Caller(caller.getPrincipal().getName(), caller.getRoles());
    }

    private static String text(@Nullable SayRequest said) {
        String text = said == null ? null : said.text();
        return text == null ? "" : text;
    }
}
