package io.millrace.serving.route;

import io.millrace.common.error.PlatformException;
import io.millrace.common.event.EventLog;
import io.millrace.serving.endpoint.Arm;
import io.millrace.serving.endpoint.Endpoint;
import io.millrace.serving.endpoint.EndpointService;
import io.millrace.serving.model.TrustChanged;
import io.millrace.serving.model.VersionId;
import io.millrace.serving.route.RouteStore.AliasId;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jboss.logging.Logger;

/** Tells the other services of versions that are refused because somebody changed them, for each endpoint that wants one. */
@ApplicationScoped
class RefusalService {

    private static final Logger LOG = Logger.getLogger(RefusalService.class);

    private final EndpointService endpoints;
    private final RouteStore store;
    private final EventLog events;

    RefusalService(EndpointService endpoints, RouteStore store, EventLog events) {
        this.endpoints = endpoints;
        this.store = store;
        this.events = events;
    }

    /** A refusal is told at every attempt to load; so one that the store could not take now is told at the next. */
    void tell(@Observes TrustChanged change) {
        try {
            QuarkusTransaction.requiringNew().run(() -> append(change));
        } catch (PlatformException e) {
            LOG.warnf("refusal of a version not told model=%s reason=%s", change.id(), e.getMessage());
        }
    }

    private void append(TrustChanged change) {
        VersionId id = change.id();
        Map<AliasId, Integer> aliases = store.aliases(Set.of(id.model()));
        List<String> wanting = endpoints.all().stream()
                .filter(endpoint -> endpoint.arms().stream().anyMatch(arm -> wants(arm, id, aliases)))
                .map(Endpoint::name)
                .toList();
        String refusal = change.refusal();
        for (String endpoint : wanting) {
            Map<String, Object> version = Map.of("model", id.model(), "version", id.version());
            if (refusal == null) {
                events.append("serving.version.accepted", endpoint, version, "service:serving");
            } else {
                events.append(
                        "serving.version.refused",
                        endpoint,
                        Map.of("model", id.model(), "version", id.version(), "reason", refusal),
                        "service:serving");
            }
        }
    }

    private static boolean wants(Arm arm, VersionId id, Map<AliasId, Integer> aliases) {
        return arm.model().equals(id.model())
                && Objects.equals(
                        arm.target()
                                .fold(
                                        alias -> aliases.get(new AliasId(arm.model(), alias.alias())),
                                        pinned -> pinned.number()),
                        id.version());
    }
}
