package io.millrace.registry.card;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.common.http.PageToken;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The card of a version: as JSON, as a README.md, and as a page. */
@Path("/api/v1/models/{name}/versions/{version: \\d{1,9}}/card")
class CardResource {

    private static final String MARKDOWN = "text/markdown";

    private final CardService cards;
    private final SecurityIdentity caller;

    CardResource(CardService cards, SecurityIdentity caller) {
        this.cards = cards;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public CardRevision get(String name, int version) {
        return cards.get(name, version);
    }

    @PUT
    @RolesAllowed(Roles.ENGINEER)
    public CardRevision put(String name, int version, @Nullable PutCardRequest request) {
        if (request == null) {
            throw PlatformException.invalid("", "a JSON body is required");
        }
        return cards.put(name, version, request.card(), request.expectedRevision(), actor());
    }

    @GET
    @Path("README.md")
    @Produces(MARKDOWN + ";charset=utf-8")
    @RolesAllowed(Roles.VIEWER)
    public String markdown(String name, int version) {
        return CardMarkdown.write(cards.get(name, version));
    }

    @PUT
    @Path("README.md")
    @Consumes({MARKDOWN, MediaType.TEXT_PLAIN})
    @RolesAllowed(Roles.ENGINEER)
    public CardRevision putMarkdown(
            String name, int version, @QueryParam("expectedRevision") @Nullable Integer expected, String text) {
        return cards.put(name, version, CardMarkdown.read(text), expected, actor());
    }

    @GET
    @Path("page")
    @Produces(MediaType.TEXT_HTML + ";charset=utf-8")
    @RolesAllowed(Roles.VIEWER)
    public String page(String name, int version) {
        return CardMarkdown.html(cards.get(name, version));
    }

    @GET
    @Path("history")
    @RolesAllowed(Roles.VIEWER)
    public Page<CardRevision> history(
            String name,
            int version,
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        int before = (int) Math.min(Integer.MAX_VALUE, PageToken.before(pageToken));
        return Page.of(
                cards.history(name, version, before, Page.checkedSize(pageSize) + 1),
                pageSize,
                c -> List.of(Integer.toString(c.revision())));
    }

    private String actor() {
        return caller.getPrincipal().getName();
    }
}
