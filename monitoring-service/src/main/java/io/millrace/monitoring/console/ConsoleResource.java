package io.millrace.monitoring.console;

import io.millrace.common.error.PlatformException;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The page, its script and its style. They hold no data and are public; what they show needs a token. */
@Path("/console")
class ConsoleResource {

    @GET
    @Produces("text/html; charset=utf-8")
    @PermitAll
    public byte[] page() {
        return file("console.html");
    }

    @GET
    @Path("console.js")
    @Produces("text/javascript; charset=utf-8")
    @PermitAll
    public byte[] script() {
        return file("console.js");
    }

    @GET
    @Path("console.css")
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
