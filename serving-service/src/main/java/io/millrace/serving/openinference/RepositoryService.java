package io.millrace.serving.openinference;

import io.millrace.common.error.PlatformException;
import io.millrace.serving.route.RouteService;
import io.millrace.serving.route.RouteTable;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Endpoints as a model repository: what this process answers for. */
@ApplicationScoped
public class RepositoryService {

    public static final String NO_PARAMETERS =
            "parameters are not taken: what an endpoint serves is said by its definition and the registry";

    private static final int TRIES = 600;
    private static final long PAUSE_MILLIS = 50;

    private final RouteTable routes;
    private final RouteService service;

    RepositoryService(RouteTable routes, RouteService service) {
        this.routes = routes;
        this.service = service;
    }

    /** A version that answers, or an endpoint that cannot, with the reason. */
    public record Indexed(
            String name,
            @Nullable String version,
            String state,
            @Nullable String reason) {}

    public List<Indexed> index(boolean onlyReady) {
        List<Indexed> all = new ArrayList<>();
        for (String name : routes.names()) {
            String reason = routes.reason(name);
            if (reason == null && routes.serves(name)) {
                for (int version : routes.get(name).versions()) {
                    all.add(new Indexed(name, Integer.toString(version), "READY", null));
                }
            } else if (!onlyReady) {
                all.add(new Indexed(name, null, "UNAVAILABLE", reason));
            }
        }
        return all;
    }

    /**
     * Loads what the endpoint asks for. Returns when it answers.
     *
     * @throws PlatformException NOT_FOUND, or UNAVAILABLE with the reason when it cannot answer after 30 seconds
     */
    public void load(String name) {
        known(name);
        service.load(name);
        for (int tries = 0; tries < TRIES && !routes.serves(name); tries++) {
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        routes.get(name);
    }

    /** Stops answering for the endpoint in this process. */
    public void unload(String name) {
        known(name);
        service.unload(name);
    }

    private void known(String name) {
        if (!routes.names().contains(name)) {
            throw PlatformException.notFound("endpoint", name);
        }
    }
}
