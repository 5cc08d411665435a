package io.millrace.serving.route;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.serving.endpoint.Arm;
import io.millrace.serving.endpoint.ArmRole;
import io.millrace.serving.endpoint.ArmStatus;
import io.millrace.serving.endpoint.Buckets;
import io.millrace.serving.endpoint.Endpoint;
import io.millrace.serving.guard.GuardTable;
import io.millrace.serving.model.ModelHandle;
import io.millrace.serving.model.ModelState;
import io.millrace.serving.model.VersionId;
import io.millrace.serving.policy.Ensemble;
import io.millrace.serving.policy.Routing.Fallback;
import io.millrace.serving.route.RouteStore.AliasId;
import io.millrace.serving.route.RouteStore.Loaded;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Works out one refresh: what each arm should serve, and with what it can be served. Used once, by one thread. */
final class RouteBuilder {

    private final Map<AliasId, Integer> aliases;
    private final Function<VersionId, ModelState> models;
    private final Map<String, Route> before;
    private final LastGood lastGood;
    private final ArmMeterCache meters;
    private final GuardTable guards;
    private final MeterRegistry registry;
    private final Ensembles ensembles = new Ensembles();
    private final Map<VersionId, Loaded> asked = new LinkedHashMap<>();

    RouteBuilder(
            Map<AliasId, Integer> aliases,
            Function<VersionId, ModelState> models,
            Map<String, Route> before,
            LastGood lastGood,
            ArmMeterCache meters,
            GuardTable guards,
            MeterRegistry registry) {
        this.aliases = aliases;
        this.models = models;
        this.before = before;
        this.lastGood = lastGood;
        this.guards = guards;
        this.meters = meters;
        this.registry = registry;
    }

    /** Ensembles made in this refresh. */
    List<ModelHandle> made() {
        return ensembles.made();
    }

    /** Every version asked for, and how far it is. */
    Map<VersionId, Loaded> asked() {
        return asked;
    }

    /**
     * An endpoint with a model, or none, for each arm.
     *
     * @param served by arm name; an arm without a model is absent
     */
    record Resolved(Endpoint endpoint, Map<String, ModelHandle> served, Map<String, ArmStatus> statuses) {

        /** Whether every arm that owns keys has a model. */
        boolean complete() {
            return endpoint.arms().stream().allMatch(arm -> arm.weight() == 0 || served.containsKey(arm.name()));
        }

        String reason() {
            return endpoint.arms().stream()
                    .map(arm -> statuses.get(arm.name()))
                    .filter(status -> status != null && !status.detail().isEmpty())
                    .map(ArmStatus::detail)
                    .findFirst()
                    .orElse("loading");
        }
    }

    Resolved resolve(Endpoint endpoint) {
        Map<String, ModelHandle> served = new HashMap<>();
        Map<String, ArmStatus> statuses = new HashMap<>();
        for (Arm arm : endpoint.arms()) {
            Integer version = arm.target()
                    .<@Nullable Integer>fold(
                            alias -> aliases.get(new AliasId(arm.model(), alias.alias())), number -> number.number());
            if (version == null) {
                Optional<ModelHandle> kept = previous(endpoint, arm);
                kept.ifPresent(handle -> served.put(arm.name(), handle));
                String alias = arm.target().fold(to -> to.alias(), number -> "");
                statuses.put(
                        arm.name(),
                        new ArmStatus(
                                null,
                                version(kept),
                                ArmStatus.State.FAILED,
                                "model " + arm.model() + " has no alias " + alias));
                continue;
            }
            VersionId wanted = new VersionId(arm.model(), version);
            ModelState state = ask(wanted);
            Optional<ModelHandle> serving =
                    ready(state).or(() -> previous(endpoint, arm)).or(() -> lastGood(endpoint, arm));
            serving.ifPresent(handle -> served.put(arm.name(), handle));
            Loaded loaded = loaded(state);
            Ensemble ensemble = endpoint.routing().ensembles().get(arm.name());
            if (ensemble != null) {
                Joined joined = join(endpoint, arm, ensemble, state);
                serving = joined.model();
                loaded = joined.state();
                served.remove(arm.name());
                serving.ifPresent(handle -> served.put(arm.name(), handle));
            }
            statuses.put(
                    arm.name(),
                    new ArmStatus(version, version(serving), ArmStatus.State.valueOf(loaded.state()), loaded.detail()));
        }
        return new Resolved(endpoint, served, statuses);
    }

    /** What answers for an ensemble, and how far it is. */
    private record Joined(Optional<ModelHandle> model, Loaded state) {}

    /** All parts must be loaded; until then, or when they do not go together, what answered before goes on. */
    private Joined join(Endpoint endpoint, Arm arm, Ensemble ensemble, ModelState first) {
        Optional<ModelHandle> present =
                previous(endpoint, arm).filter(model -> model.parts().size() > 1);
        List<ModelHandle> parts = new ArrayList<>();
        Loaded worst = loaded(first);
        ready(first).ifPresent(parts::add);
        for (Ensemble.Part part : ensemble.with()) {
            String model = String.valueOf(part.model());
            Integer version = part.alias() == null ? part.version() : aliases.get(new AliasId(model, part.alias()));
            if (version == null) {
                return new Joined(present, new Loaded("FAILED", "model " + model + " has no alias " + part.alias()));
            }
            ModelState state = ask(new VersionId(model, version));
            ready(state).ifPresent(parts::add);
            Loaded loaded = loaded(state);
            if (loaded.state().equals("FAILED") || worst.state().equals("READY")) {
                worst = loaded;
            }
        }
        if (parts.size() <= ensemble.with().size()) {
            return new Joined(present, worst);
        }
        try {
            return new Joined(Optional.of(ensembles.join(ensemble, parts, present)), new Loaded("READY", ""));
        } catch (IllegalArgumentException e) {
            return new Joined(present, new Loaded("FAILED", String.valueOf(e.getMessage())));
        }
    }

    private ModelState ask(VersionId id) {
        ModelState state = models.apply(id);
        asked.put(id, loaded(state));
        return state;
    }

    private static Loaded loaded(ModelState state) {
        return state.fold(
                () -> new Loaded("LOADING", ""),
                ready -> new Loaded("READY", ""),
                failed -> new Loaded("FAILED", failed.detail()));
    }

    private static Optional<ModelHandle> ready(ModelState state) {
        return state.fold(Optional::empty, ready -> Optional.of(ready.handle()), failed -> Optional.empty());
    }

    private static @Nullable Integer version(Optional<ModelHandle> handle) {
        return handle.map(model -> model.id().version()).orElse(null);
    }

    /** The model that answers for the arm now, if it is one of the same name. */
    private Optional<ModelHandle> previous(Endpoint endpoint, Arm arm) {
        return Optional.ofNullable(before.get(endpoint.name()))
                .flatMap(route -> route.arms().stream()
                        .filter(served -> served.name().equals(arm.name()))
                        .findFirst())
                .map(ServedArm::model)
                .filter(model -> model.id().model().equals(arm.model()));
    }

    private Optional<ModelHandle> lastGood(Endpoint endpoint, Arm arm) {
        return lastGood.find(endpoint.name(), arm.name(), arm.model()).flatMap(id -> ready(ask(id)));
    }

    /**
     * The route, or nothing when no primary arm has a model. Keys of an arm without one are answered by the heaviest arm
     * that has one, and logged as that arm's.
     */
    Optional<Route> route(Resolved resolved) {
        Endpoint endpoint = resolved.endpoint();
        List<Arm> primaries = endpoint.arms().stream()
                .filter(arm -> arm.role() == ArmRole.PRIMARY)
                .toList();
        Optional<ServedArm> fallback = primaries.stream()
                .filter(arm -> resolved.served().containsKey(arm.name()))
                .max(Comparator.comparingInt(Arm::weight))
                .flatMap(arm -> served(endpoint, arm, resolved));
        if (fallback.isEmpty()) {
            return Optional.empty();
        }
        List<ServedArm> arms = new ArrayList<>();
        List<Buckets> buckets = new ArrayList<>();
        for (Arm arm : primaries) {
            arms.add(served(endpoint, arm, resolved).orElse(fallback.get()));
            buckets.add(arm.buckets());
        }
        ServedArm shadow = endpoint.arms().stream()
                .filter(arm -> arm.role() == ArmRole.SHADOW)
                .findFirst()
                .flatMap(arm -> served(endpoint, arm, resolved))
                .orElse(null);
        return Optional.of(new Route(
                endpoint.name(),
                endpoint.stickyKey(),
                endpoint.decision(),
                endpoint.logSample(),
                Set.copyOf(endpoint.redact()),
                new Assignment(
                        endpoint.seed(),
                        endpoint.routing(),
                        primaries.stream().map(Arm::name).toList(),
                        new Router(endpoint.seed(), buckets)),
                failover(endpoint, resolved),
                arms,
                shadow,
                shadow == null ? null : compared(endpoint, shadow, arms)));
    }

    private ShadowMeters compared(Endpoint endpoint, ServedArm shadow, List<ServedArm> primaries) {
        Set<String> names = primaries.stream().map(ServedArm::name).collect(Collectors.toSet());
        return new ShadowMeters(
                registry, endpoint.name(), shadow.name(), shadow.model().id(), names);
    }

    private Failover failover(Endpoint endpoint, Resolved resolved) {
        Set<String> names =
                endpoint.arms().stream().map(Arm::name).collect(Collectors.toCollection(LinkedHashSet::new));
        Fallback wanted = endpoint.routing().fallback();
        ServedArm fallback = wanted == null
                ? null
                : endpoint.arms().stream()
                        .filter(arm -> arm.name().equals(wanted.arm()))
                        .findFirst()
                        .flatMap(arm -> served(endpoint, arm, resolved))
                        .orElse(null);
        return new Failover(endpoint, guards.get(endpoint.name(), endpoint.routing(), names), fallback, registry);
    }

    private Optional<ServedArm> served(Endpoint endpoint, Arm arm, Resolved resolved) {
        return Optional.ofNullable(resolved.served().get(arm.name()))
                .map(model -> new ServedArm(arm.name(), model, meters.get(endpoint.name(), arm.name(), model.id())));
    }
}
