package io.millrace.serving.route;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.serving.endpoint.ArmStatus;
import io.millrace.serving.endpoint.ArmStatuses;
import io.millrace.serving.endpoint.Endpoint;
import io.millrace.serving.endpoint.EndpointService;
import io.millrace.serving.guard.GuardTable;
import io.millrace.serving.guard.ResultCache;
import io.millrace.serving.model.ModelCache;
import io.millrace.serving.model.ModelHandle;
import io.millrace.serving.model.VersionId;
import io.millrace.serving.policy.Ensemble;
import io.millrace.serving.route.RouteBuilder.Resolved;
import io.millrace.serving.route.RouteStore.Loaded;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Builds the routes from what is wanted and what is loaded. One refresh at a time; no request waits for one. */
@ApplicationScoped
public class RouteService {

    private static final Logger LOG = Logger.getLogger(RouteService.class);

    private final EndpointService endpoints;
    private final RouteStore store;
    private final ModelCache models;
    private final RouteTable table;
    private final ArmStatuses statuses;
    private final LastGood lastGood;
    private final ArmMeterCache meters;
    private final GuardTable guards;
    private final MeterRegistry registry;
    private final Clock clock;
    private final RouteConfig config;
    /** The definition each endpoint is served by: the newest whose arms all had a model. */
    private final Map<String, Endpoint> applied = new HashMap<>();

    /** Endpoints that somebody told this process not to answer for. */
    private final Set<String> unloaded = new HashSet<>();

    private final Map<VersionId, Loaded> written = new HashMap<>();
    private @Nullable Instant firstRefresh;

    RouteService(
            EndpointService endpoints,
            RouteStore store,
            ModelCache models,
            RouteTable table,
            ArmStatuses statuses,
            LastGood lastGood,
            ArmMeterCache meters,
            GuardTable guards,
            MeterRegistry registry,
            Clock clock,
            RouteConfig config) {
        this.endpoints = endpoints;
        this.store = store;
        this.models = models;
        this.table = table;
        this.statuses = statuses;
        this.lastGood = lastGood;
        this.guards = guards;
        this.meters = meters;
        this.registry = registry;
        this.clock = clock;
        this.config = config;
    }

    /** Reads endpoints and aliases and swaps in the routes they give. On a failure the routes stay as they are. */
    public synchronized void refresh() {
        List<Endpoint> wanted = endpoints.all();
        Set<String> modelNames = new HashSet<>();
        wanted.forEach(endpoint -> addModels(endpoint, modelNames));
        applied.values().forEach(endpoint -> addModels(endpoint, modelNames));
        Map<String, Route> before = table.routes();
        RouteBuilder builder = new RouteBuilder(
                store.aliases(modelNames), models::request, before, lastGood, meters, guards, registry);
        Map<String, Route> routes = new HashMap<>();
        Map<String, String> waiting = new HashMap<>();
        Map<ArmStatuses.Key, ArmStatus> status = new HashMap<>();
        for (Endpoint endpoint : wanted) {
            if (unloaded.contains(endpoint.name())) {
                waiting.put(endpoint.name(), "unloaded");
                continue;
            }
            Resolved resolved = builder.resolve(endpoint);
            resolved.statuses()
                    .forEach((arm, state) ->
                            status.put(new ArmStatuses.Key(endpoint.name(), endpoint.revision(), arm), state));
            builder.route(toServe(resolved, builder))
                    .ifPresentOrElse(
                            route -> routes.put(endpoint.name(), route),
                            () -> waiting.put(endpoint.name(), resolved.reason()));
        }
        unloaded.retainAll(wanted.stream().map(Endpoint::name).toList());
        applied.keySet().retainAll(wanted.stream().map(Endpoint::name).collect(Collectors.toSet()));
        table.publish(routes, waiting, table.ready() || firstLoadDone(builder));
        statuses.publish(status);
        tellChanges(before, routes);
        letGo(before, routes, builder);
        lastGood.put(versions(routes));
        Set<VersionId> used = new HashSet<>(builder.asked().keySet());
        routes.values()
                .forEach(route ->
                        route.arms().forEach(arm -> used.add(arm.model().id())));
        models.retain(used);
        meters.clean();
        write(builder.asked());
    }

    /** Makes this process answer for an endpoint again, or look at once whether something newer is to be served. */
    public synchronized void load(String endpoint) {
        unloaded.remove(endpoint);
        refresh();
    }

    /** Stops answering for an endpoint, in this process, until {@link #load} or a restart; its models are closed. */
    public synchronized void unload(String endpoint) {
        unloaded.add(endpoint);
        refresh();
    }

    private static void addModels(Endpoint endpoint, Set<String> names) {
        endpoint.arms().forEach(arm -> names.add(arm.model()));
        for (Ensemble ensemble : endpoint.routing().ensembles().values()) {
            ensemble.with().forEach(part -> names.add(String.valueOf(part.model())));
        }
    }

    /** Lets go of ensembles that no route holds any more, and of answers and guards that are out of date. */
    private void letGo(Map<String, Route> before, Map<String, Route> routes, RouteBuilder builder) {
        Set<ModelHandle> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        routes.values().forEach(route -> route.arms().forEach(arm -> kept.add(arm.model())));
        Set<ModelHandle> left = Collections.newSetFromMap(new IdentityHashMap<>());
        left.addAll(builder.made());
        before.values().forEach(route -> route.arms().forEach(arm -> left.add(arm.model())));
        left.removeAll(kept);
        left.stream().filter(model -> model.parts().size() > 1).forEach(ModelHandle::release);
        Map<String, Map<String, String>> old = tags(before);
        tags(routes).forEach((endpoint, tags) -> {
            ResultCache cache = routes.get(endpoint) == null
                    ? null
                    : routes.get(endpoint).failover().guard().cache();
            if (cache != null && !tags.equals(old.get(endpoint))) {
                cache.clear();
            }
        });
        guards.retain(routes.keySet());
    }

    private static Map<String, Map<String, String>> tags(Map<String, Route> routes) {
        Map<String, Map<String, String>> tags = new HashMap<>();
        routes.forEach((endpoint, route) -> {
            Map<String, String> arms = new HashMap<>();
            route.arms().forEach(arm -> arms.put(arm.name(), arm.model().tag()));
            tags.put(endpoint, arms);
        });
        return tags;
    }

    /** A new definition waits until every arm of it can answer; until then the one before goes on, with fresh aliases. */
    private Resolved toServe(Resolved resolved, RouteBuilder builder) {
        Endpoint endpoint = resolved.endpoint();
        if (!resolved.complete()) {
            Endpoint previous = applied.get(endpoint.name());
            if (previous != null && previous.revision() != endpoint.revision()) {
                Resolved old = builder.resolve(previous);
                if (old.complete()) {
                    return old;
                }
            }
        }
        if (resolved.complete()) {
            applied.put(endpoint.name(), endpoint);
        }
        return resolved;
    }

    private boolean firstLoadDone(RouteBuilder builder) {
        Instant now = clock.instant();
        if (firstRefresh == null) {
            firstRefresh = now;
        }
        return builder.asked().values().stream()
                        .noneMatch(loaded -> loaded.state().equals("LOADING"))
                || !now.isBefore(firstRefresh.plus(config.firstLoad()));
    }

    private static Map<String, Map<String, VersionId>> versions(Map<String, Route> routes) {
        Map<String, Map<String, VersionId>> versions = new HashMap<>();
        routes.forEach((endpoint, route) -> {
            Map<String, VersionId> arms = new HashMap<>();
            route.arms().forEach(arm -> arms.put(arm.name(), arm.model().id()));
            versions.put(endpoint, arms);
        });
        return versions;
    }

    private static void tellChanges(Map<String, Route> before, Map<String, Route> after) {
        Map<String, Map<String, VersionId>> old = versions(before);
        versions(after).forEach((endpoint, arms) -> {
            if (!arms.equals(old.get(endpoint))) {
                LOG.infof("route changed endpoint=%s arms=%s", endpoint, arms);
            }
        });
        for (String endpoint : before.keySet()) {
            if (!after.containsKey(endpoint)) {
                LOG.infof("route gone endpoint=%s", endpoint);
            }
        }
    }

    private void write(Map<VersionId, Loaded> asked) {
        if (asked.equals(written)) {
            return;
        }
        if (written.isEmpty() || !asked.keySet().containsAll(written.keySet())) {
            store.clearLoaded(config.instance());
        }
        store.putLoaded(config.instance(), asked, clock.instant());
        written.clear();
        written.putAll(asked);
    }
}
