package io.millrace.serving.route;

import io.millrace.common.error.PlatformException;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Routes as of the last refresh. Readers never block; only the refresh writes. */
@Singleton
public class RouteTable {

    private volatile Snapshot snapshot = new Snapshot(Map.of(), Map.of(), Set.of(), false);

    /**
     * The routes at a time.
     *
     * @param waiting endpoints that nothing can answer yet, with the reason
     * @param slow endpoints whose requests may wait
     */
    private record Snapshot(Map<String, Route> routes, Map<String, String> waiting, Set<String> slow, boolean ready) {}

    void publish(Map<String, Route> routes, Map<String, String> waiting, boolean ready) {
        Set<String> slow = routes.values().stream()
                .filter(Route::waits)
                .map(Route::endpoint)
                .collect(Collectors.toUnmodifiableSet());
        snapshot = new Snapshot(Map.copyOf(routes), Map.copyOf(waiting), slow, ready);
    }

    /** The route, or a PlatformException: NOT_FOUND, or UNAVAILABLE while no version is loaded. */
    public Route get(String endpoint) {
        Snapshot now = snapshot;
        Route route = now.routes.get(endpoint);
        if (route != null) {
            return route;
        }
        String reason = now.waiting.get(endpoint);
        if (reason != null) {
            throw PlatformException.unavailable("endpoint " + endpoint + " has no model to answer yet: " + reason);
        }
        if (!now.ready) {
            throw PlatformException.unavailable("the routes are not loaded yet");
        }
        throw PlatformException.notFound("endpoint", endpoint);
    }

    /** Names of all endpoints, whether they can answer or not, in text order. */
    public List<String> names() {
        Snapshot now = snapshot;
        return Stream.concat(now.routes.keySet().stream(), now.waiting.keySet().stream())
                .sorted()
                .toList();
    }

    /** Whether the endpoint can answer. */
    public boolean serves(String endpoint) {
        return snapshot.routes.containsKey(endpoint);
    }

    /** Whether a request to the endpoint may wait; of a name that is not known, whether one to any may. */
    public boolean waits(String endpoint) {
        Snapshot now = snapshot;
        return !now.slow.isEmpty() && (now.slow.contains(endpoint) || !now.routes.containsKey(endpoint));
    }

    /** Why an endpoint cannot answer; null when it can or is not known. */
    public @Nullable String reason(String endpoint) {
        return snapshot.waiting.get(endpoint);
    }

    Map<String, Route> routes() {
        return snapshot.routes;
    }

    /** Whether the first load is done: every version asked for was loaded, has failed, or took too long. */
    public boolean ready() {
        return snapshot.ready;
    }
}
