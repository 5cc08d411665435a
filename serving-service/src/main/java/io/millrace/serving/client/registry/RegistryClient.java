package io.millrace.serving.client.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.auth.ServiceIdentity;
import io.millrace.common.dsse.Envelope;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Reads versions from the registry. Calls are not retried here: the loader tries a failed version again, with a growing
 * pause. Safe for concurrent use.
 *
 * <p>The JDK's client, not a REST client interface: it hands over a file's bytes as they arrive.
 */
@ApplicationScoped
public class RegistryClient {

    private static final String VERSIONS = "/versions/";

    private final RegistryConfig config;
    private final ServiceIdentity identity;
    private final ObjectMapper json;
    private final ExecutorService threads;
    private final HttpClient http;

    RegistryClient(RegistryConfig config, ServiceIdentity identity, ObjectMapper json) {
        this.config = config;
        this.identity = identity;
        this.json = json;
        this.threads = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "registry-client");
            thread.setDaemon(true);
            return thread;
        });
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(config.connectTimeout())
                .executor(threads)
                .build();
    }

    /** @throws PlatformException NOT_FOUND, or UPSTREAM_UNAVAILABLE when the registry does not answer as it should */
    public RegistryVersion getVersion(String model, int version) {
        try (InputStream body = get("/api/v1/models/" + segment(model) + VERSIONS + version)) {
            return json.readValue(body, RegistryVersion.class);
        } catch (IOException e) {
            throw unavailable("the registry's answer could not be read", e);
        }
    }

    /** A version with the signed list of its files, if somebody signed it. Fails as {@link #getVersion}. */
    public RegistryVersion getSignedVersion(String model, int version) {
        RegistryVersion found = getVersion(model, version);
        try (InputStream body = get("/api/v1/models/" + segment(model) + VERSIONS + version + "/manifest")) {
            return found.withManifest(json.readValue(body, Envelope.class));
        } catch (PlatformException e) {
            if (e.code() == ErrorCode.NOT_FOUND) {
                return found;
            }
            throw e;
        } catch (IOException e) {
            throw unavailable("the registry's answer could not be read", e);
        }
    }

    /** Bytes of a file; close the stream. Fails as {@link #getVersion}. */
    public InputStream openFile(String model, int version, String path) {
        String encoded =
                Arrays.stream(path.split("/", -1)).map(RegistryClient::segment).collect(Collectors.joining("/"));
        return get("/api/v1/models/" + segment(model) + VERSIONS + version + "/files/" + encoded);
    }

    private InputStream get(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base() + path))
                .timeout(config.readTimeout())
                .header("X-Request-Id", UUID.randomUUID().toString())
                .header("Accept", "application/json, application/octet-stream")
                .GET();
        identity.authorization().ifPresent(value -> request.header("Authorization", value));
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() == 200) {
                return response.body();
            }
            response.body().close();
            if (response.statusCode() == 404) {
                throw PlatformException.notFound("version in the registry", path);
            }
            throw unavailable("the registry answered " + response.statusCode() + " for " + path, new IOException(path));
        } catch (IOException e) {
            throw unavailable(
                    "the registry at " + base() + " cannot be reached ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("stopped while asking the registry", e);
        }
    }

    private static PlatformException unavailable(String detail, Exception cause) {
        return new PlatformException(ErrorCode.UPSTREAM_UNAVAILABLE, detail, List.of(), cause);
    }

    private String base() {
        String url = config.url().toString();
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
