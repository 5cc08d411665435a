package io.millrace.serving.endpoint;

import io.millrace.common.error.PlatformException;
import io.millrace.common.event.EventLog;
import io.millrace.serving.endpoint.EndpointDefinition.WantedArm;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Endpoints as people want them. Every change writes {@code serving.route.changed} in the same transaction. */
@ApplicationScoped
public class EndpointService {

    private static final String CHANGED = "serving.route.changed";

    private final EndpointStore store;
    private final EventLog events;
    private final Event<EndpointChanged> changed;
    private final SecureRandom random = new SecureRandom();

    EndpointService(EndpointStore store, EventLog events, Event<EndpointChanged> changed) {
        this.store = store;
        this.events = events;
        this.changed = changed;
    }

    /** Makes or changes an endpoint; asking for what is there already changes nothing. */
    @Transactional
    Endpoint put(String name, EndpointDefinition definition, String causedBy) {
        Optional<Long> revision = store.lock(name);
        Optional<Endpoint> present = store.find(name);
        if (present.isPresent() && definition.describes(present.get())) {
            return present.get();
        }
        if (revision.isEmpty()) {
            if (!store.insert(name, salt(), definition, causedBy)) {
                throw PlatformException.conflict("endpoint " + name + " was created by another request; send it again");
            }
        } else if (present.isEmpty()) {
            store.revive(name, salt(), definition, causedBy);
        } else {
            store.update(name, definition);
        }
        store.putArms(name, withBuckets(definition, present));
        Endpoint stored = get(name);
        tell(name, stored.revision(), causedBy);
        return stored;
    }

    private static List<Arm> withBuckets(EndpointDefinition definition, Optional<Endpoint> present) {
        Map<String, Buckets> previous = new LinkedHashMap<>();
        present.ifPresent(endpoint -> endpoint.arms().forEach(arm -> previous.put(arm.name(), arm.buckets())));
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (WantedArm arm : definition.arms()) {
            if (arm.role() == ArmRole.PRIMARY) {
                weights.put(arm.name(), arm.weight());
            }
        }
        Map<String, Buckets> allocated = Buckets.allocate(previous, weights);
        return definition.arms().stream()
                .map(arm -> arm.with(allocated.getOrDefault(arm.name(), Buckets.NONE)))
                .toList();
    }

    private String salt() {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void tell(String name, long revision, String causedBy) {
        events.append(CHANGED, name, Map.of("endpoint", name, "revision", revision), causedBy);
        changed.fire(new EndpointChanged(name));
    }

    @Transactional
    public Endpoint get(String name) {
        return store.find(name).orElseThrow(() -> PlatformException.notFound("endpoint", name));
    }

    /** In name order: those after {@code after}, at most {@code limit}. */
    @Transactional
    List<Endpoint> list(String after, int limit) {
        return store.list(after, limit);
    }

    /** Every living endpoint, for the routes. */
    @Transactional
    public List<Endpoint> all() {
        return store.list("", Integer.MAX_VALUE);
    }

    @Transactional
    void delete(String name, String causedBy) {
        long revision = store.delete(name).orElseThrow(() -> PlatformException.notFound("endpoint", name));
        tell(name, revision, causedBy);
    }
}
