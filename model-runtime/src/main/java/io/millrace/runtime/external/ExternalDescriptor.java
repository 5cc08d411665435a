package io.millrace.runtime.external;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.millrace.runtime.spi.ModelFormatException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Content of {@code external.json}.
 *
 * @param url the server, {@code http://host:port} or https, perhaps with a path before {@code /v2}
 * @param version version of the model there; null for the one the server prefers
 * @param timeoutMillis longest wait for an answer, 1 to 60,000; null for 2,000
 * @param retries how often a call that could not be sent at all is tried again, 0 to 3; null for 1
 * @param columns names for the columns of the one matrix that the model reads; null for {@code input[0]}, {@code input[1]}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ExternalDescriptor(
        String url,
        String model,
        @Nullable String version,
        @Nullable Integer timeoutMillis,
        @Nullable Integer retries,
        @Nullable List<String> columns) {

    static final String FILE = "external.json";

    ExternalDescriptor {
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(model, "model");
        if (timeoutMillis != null && (timeoutMillis < 1 || timeoutMillis > 60_000)) {
            throw new IllegalArgumentException("timeoutMillis must be from 1 to 60000, is " + timeoutMillis);
        }
        if (retries != null && (retries < 0 || retries > 3)) {
            throw new IllegalArgumentException("retries must be from 0 to 3, is " + retries);
        }
    }

    int timeout() {
        return timeoutMillis == null ? 2_000 : timeoutMillis;
    }

    int tries() {
        return 1 + (retries == null ? 1 : retries);
    }

    /** Address of the model, if the deployment allows its server. */
    URI address(Set<String> allowed) {
        URI server;
        try {
            server = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException("external.json: url is no address", e);
        }
        if (server.getUserInfo() != null || server.getQuery() != null || server.getFragment() != null) {
            throw new ModelFormatException("external.json: url must be http://host:port, perhaps with a path");
        }
        String origin = origin(server);
        if (allowed.stream().map(URI::create).map(ExternalDescriptor::origin).noneMatch(origin::equals)) {
            throw new ModelFormatException("external.json: the server " + origin
                    + " is not one of those that this deployment allows (millrace.serving.model.external-servers)");
        }
        String path = Objects.requireNonNullElse(server.getPath(), "").replaceAll("/+$", "");
        return URI.create(origin + path + "/v2/models/" + encoded(model)
                + (version == null ? "" : "/versions/" + encoded(version)));
    }

    private static String origin(URI server) {
        String scheme = String.valueOf(server.getScheme()).toLowerCase(Locale.ROOT);
        String host = server.getHost();
        if ((!scheme.equals("http") && !scheme.equals("https")) || host == null) {
            throw new ModelFormatException(
                    "an external server must be http://host:port or https://host:port, is " + server);
        }
        int port = server.getPort() >= 0 ? server.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + host.toLowerCase(Locale.ROOT) + ":" + port;
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
