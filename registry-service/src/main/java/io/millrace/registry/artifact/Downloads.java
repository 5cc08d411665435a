package io.millrace.registry.artifact;

import io.millrace.registry.blob.BlobContent;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;

/** Answers that carry a file, whole or the part that was asked for (RFC 9110, section 14: one range of bytes). */
public final class Downloads {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    private Downloads() {}

    /** @param range the header, or null; one that is not understood is ignored, as the standard says */
    public static Response of(Artifact artifact, BlobContent content, @Nullable String range) {
        long size = artifact.sizeBytes();
        Matcher asked = RANGE.matcher(range == null ? "" : range.strip());
        if (!asked.matches() || (asked.group(1) + asked.group(2)).isEmpty()) {
            return headers(Response.ok(entity(content, 0, size, size)), artifact, size)
                    .build();
        }
        String from = asked.group(1);
        String to = asked.group(2);
        long first = from.isEmpty() ? Math.max(0, size - Long.parseLong(to)) : Long.parseLong(from);
        long last = from.isEmpty() || to.isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(to));
        if (first > last) {
            return Response.status(416)
                    .header("Content-Range", "bytes */" + size)
                    .build();
        }
        return headers(
                        Response.status(206).entity(entity(content, first, last - first + 1, size)),
                        artifact,
                        last - first + 1)
                .header("Content-Range", "bytes " + first + "-" + last + "/" + size)
                .build();
    }

    /** A file of this machine is handed to the server as it is; anything else is streamed. */
    private static Object entity(BlobContent content, long first, long length, long size) {
        if (length == 0) {
            return new byte[0];
        }
        return content.file()
                .<Object>map(file -> length == size ? file : new PathPart(file, first, length))
                .orElseGet(() -> open(content, first, length));
    }

    private static InputStream open(BlobContent content, long first, long length) {
        try {
            return content.open(first, length);
        } catch (IOException e) {
            throw new UncheckedIOException("content cannot be read", e);
        }
    }

    /** The type is guessed from the name and never what the uploader said; browsers shall store, not show it. */
    private static Response.ResponseBuilder headers(Response.ResponseBuilder response, Artifact artifact, long length) {
        String name = artifact.path().substring(artifact.path().lastIndexOf('/') + 1);
        String type = URLConnection.guessContentTypeFromName(name);
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        return response.header("Content-Type", type == null ? "application/octet-stream" : type)
                .header("Content-Disposition", "attachment; filename*=UTF-8''" + encoded)
                .header("Content-Length", length)
                .header("Accept-Ranges", "bytes")
                .header("ETag", "\"" + artifact.sha256() + "\"")
                .header("X-Content-Sha256", artifact.sha256());
    }
}
