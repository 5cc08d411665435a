package io.millrace.registry.webhook;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.common.idempotency.IdempotencyService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** For administrators: a webhook carries what happens here to the outside, and its URL is often a secret itself. */
@Path("/api/v1/webhooks")
@RolesAllowed(Roles.ADMIN)
class WebhookResource {

    private static final String PAGE = "100";

    private final WebhookService webhooks;
    private final IdempotencyService idempotency;
    private final SecurityIdentity caller;

    WebhookResource(WebhookService webhooks, IdempotencyService idempotency, SecurityIdentity caller) {
        this.webhooks = webhooks;
        this.idempotency = idempotency;
        this.caller = caller;
    }

    @GET
    public Page<Webhook> list(
            @QueryParam("pageSize") @DefaultValue(PAGE) int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        return webhooks.list(pageSize, pageToken);
    }

    @POST
    @ResponseStatus(201)
    public Webhook create(
            @HeaderParam(IdempotencyService.HEADER) @Nullable String key, @Nullable WebhookRequest request) {
        WebhookRequest present = present(request);
        String actor = actor();
        return idempotency.once("createWebhook", key, present, Webhook.class, () -> webhooks.create(present, actor));
    }

    @GET
    @Path("{id}")
    public Webhook get(String id) {
        return webhooks.get(id);
    }

    @PATCH
    @Path("{id}")
    public Webhook update(String id, @Nullable WebhookRequest request) {
        return webhooks.update(id, present(request), actor());
    }

    @DELETE
    @Path("{id}")
    public void delete(String id) {
        webhooks.delete(id, actor());
    }

    @POST
    @Path("{id}/test")
    public WebhookAttempt test(String id, @QueryParam("event") @Nullable String event) {
        return webhooks.test(id, event);
    }

    @GET
    @Path("{id}/deliveries")
    public Page<WebhookDelivery> deliveries(
            String id,
            @QueryParam("status") WebhookDelivery.@Nullable Status status,
            @QueryParam("pageSize") @DefaultValue(PAGE) int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        return webhooks.deliveries(id, status, pageSize, pageToken);
    }

    @POST
    @Path("{id}/deliveries/{deliveryId}/redeliver")
    @ResponseStatus(202)
    public WebhookDelivery redeliver(String id, String deliveryId) {
        return webhooks.redeliver(id, deliveryId, actor());
    }

    private static WebhookRequest present(@Nullable WebhookRequest request) {
        if (request == null) {
            throw PlatformException.invalid("", "A JSON body is required");
        }
        return request;
    }

    private String actor() {
        return caller.getPrincipal().getName();
    }
}
