package io.millrace.monitoring.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The page, its script and its style hold no data and are public; the overview needs a token. */
@Path("/")
class ConsoleResource {

    private final ConsoleService console;

    ConsoleResource(ConsoleService console) {
        this.console = console;
    }

    @GET
    @Path("api/v1/console/overview")
    @RolesAllowed(Roles.VIEWER)
    public JsonNode overview() {
        return console.overview();
    }

    @GET
    @Path("console")
    @Produces("text/html; charset=utf-8")
    @PermitAll
    public byte[] page() {
        return file("console.html");
    }

    @GET
    @Path("console/console.js")
    @Produces("text/javascript; charset=utf-8")
    @PermitAll
    public byte[] script() {
        return file("console.js");
    }

    @GET
    @Path("console/console.css")
    @Produces("text/css; charset=utf-8")
    @PermitAll
    public byte[] style() {
        return file("console.css");
    }

    private static byte[] file(String name) {
        try (InputStream in = ConsoleResource.class.getResourceAsStream("/console/" + name)) {
            if (in == null) {
                throw PlatformException.notFound("file", name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
