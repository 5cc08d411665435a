package io.millrace.serving.endpoint;

import io.millrace.serving.policy.Routing;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a caller asks an endpoint to be; its arms hold no buckets yet. Checked by {@link PutEndpointRequest}. */
record EndpointDefinition(
        @Nullable String stickyKey,
        @Nullable Decision decision,
        double logSample,
        List<String> redact,
        Routing routing,
        List<WantedArm> arms) {

    /** An arm before buckets are given to it. */
    record WantedArm(String name, ArmRole role, int weight, String model, Target target) {

        Arm with(Buckets buckets) {
            return new Arm(name, role, weight, model, target, buckets);
        }

        boolean is(Arm arm) {
            return name.equals(arm.name())
                    && role == arm.role()
                    && weight == arm.weight()
                    && model.equals(arm.model())
                    && target.equals(arm.target());
        }
    }

    boolean describes(Endpoint endpoint) {
        if (!Objects.equals(stickyKey, endpoint.stickyKey())
                || !Objects.equals(decision, endpoint.decision())
                || logSample != endpoint.logSample()
                || !redact.equals(endpoint.redact())
                || !routing.equals(endpoint.routing())
                || arms.size() != endpoint.arms().size()) {
            return false;
        }
        for (int i = 0; i < arms.size(); i++) {
            if (!arms.get(i).is(endpoint.arms().get(i))) {
                return false;
            }
        }
        return true;
    }
}
