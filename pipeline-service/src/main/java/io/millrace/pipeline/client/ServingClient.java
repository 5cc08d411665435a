package io.millrace.pipeline.client;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the pipeline service asks of the serving service. */
@ApplicationScoped
public class ServingClient {

    private final JsonHttp http;
    private final String base;

    ServingClient(JsonHttp http, @ConfigProperty(name = "millrace.serving-url") String base) {
        this.http = http;
        this.base = base;
    }

    /** An endpoint with the state of its arms. */
    public Optional<JsonNode> findEndpoint(String name) {
        return http.find("GET", base + JsonHttp.path("api", "v1", "endpoints", name), null, null);
    }

    /** Creates or replaces an endpoint. */
    public void putEndpoint(String name, JsonNode body, String key) {
        http.send("PUT", base + JsonHttp.path("api", "v1", "endpoints", name), body, key);
    }
}
