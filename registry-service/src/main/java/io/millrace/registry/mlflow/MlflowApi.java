package io.millrace.registry.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.idempotency.IdempotencyService;
import io.quarkus.arc.All;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the operation of a request and carries it out. */
@ApplicationScoped
class MlflowApi {

    /** What MLflow has for generative AI and this platform does not. */
    private static final Set<String> NOT_SUPPORTED = Set.of(
            "traces",
            "assessments",
            "scorers",
            "datasets",
            "gateway",
            "gateway-proxy",
            "prompts-optimization",
            "evaluations",
            "issues",
            "workspaces",
            "roles");

    /** Operations of which the same again changes nothing, and whose writes are gathered across transactions. */
    private static final String REPEATABLE = "runs/log-";

    private final Map<String, Operation<?>> plain = new HashMap<>();
    private final List<Operation<?>> templates = new ArrayList<>();
    private final List<Operation<?>> all;
    private final MlflowJson json;
    private final SecurityIdentity caller;
    private final IdempotencyService idempotency;

    MlflowApi(
            @All List<MlflowOperations> subjects,
            MlflowJson json,
            SecurityIdentity caller,
            IdempotencyService idempotency) {
        this.json = json;
        this.idempotency = idempotency;
        this.caller = caller;
        this.all = subjects.stream().flatMap(s -> s.operations().stream()).toList();
        for (Operation<?> operation : all) {
            if (operation.path().contains("{")) {
                templates.add(operation);
            } else if (plain.put(operation.method() + " " + operation.path(), operation) != null) {
                throw new IllegalStateException("two operations at " + operation.path());
            }
        }
    }

    /** All operations, for the documentation. */
    List<Operation<?>> all() {
        return all;
    }

    /**
     * The response of a request.
     *
     * @param key null, or that of a request which must take effect once however often it is sent
     */
    byte[] call(String method, String path, ObjectNode message, @Nullable String key) {
        Operation<?> operation = find(method, path, message);
        if (!caller.hasRole(operation.role())) {
            throw new ForbiddenException();
        }
        try {
            if (key == null || path.startsWith(REPEATABLE)) {
                return json.write(operation.carryOut(json, message));
            }
            // -- as JSON: the messages have no constructor to read them back by
            return json.write(idempotency.once(
                    "mlflow:" + method + " " + path,
                    key,
                    message,
                    JsonNode.class,
                    () -> json.tree(operation.carryOut(json, message))));
        } catch (PlatformException e) {
            throw MlflowWords.of(e);
        }
    }

    private Operation<?> find(String method, String path, ObjectNode message) {
        Operation<?> known = plain.get(method + " " + path);
        return known != null
                ? known
                : templates.stream()
                        .filter(o -> o.method().equals(method) && matches(o.path(), path, message))
                        .findFirst()
                        .orElseThrow(() -> unknown(method, path));
    }

    private static PlatformException unknown(String method, String path) {
        String subject = path.split("/", 2)[0];
        return NOT_SUPPORTED.contains(subject)
                ? new PlatformException(
                        ErrorCode.NOT_SUPPORTED, "Generative AI and tracing (" + subject + ") are not supported")
                : new PlatformException(
                        ErrorCode.ENDPOINT_NOT_FOUND, "No such operation of MLflow's API: " + method + " " + path);
    }

    /** Whether a path fits; its parts in braces become fields of the message. */
    private static boolean matches(String template, String path, ObjectNode message) {
        String[] wanted = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return false;
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                fields.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return false;
            }
        }
        fields.forEach(message::put);
        return true;
    }
}
