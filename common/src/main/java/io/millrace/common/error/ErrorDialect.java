package io.millrace.common.error;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How an error is said on the wire. Chosen by the longest matching path prefix. */
public enum ErrorDialect {

    /** RFC 9457. */
    PROBLEM(List.of("/"), "application/problem+json") {
        @Override
        public int status(ErrorCode code) {
            return code.status();
        }

        @Override
        public Map<String, Object> body(Problem problem) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("type", "/problems/" + problem.code().slug());
            body.put("title", problem.code().title());
            body.put("status", problem.code().status());
            body.put("detail", problem.detail());
            body.put("instance", problem.instance());
            if (problem.requestId() != null) {
                body.put("requestId", problem.requestId());
            }
            if (!problem.errors().isEmpty()) {
                body.put("errors", problem.errors());
            }
            return body;
        }
    },

    /** MLflow's {@code error_code} and {@code message}. */
    MLFLOW(
            List.of(
                    "/api/2.0",
                    "/api/3.0",
                    "/ajax-api/2.0",
                    "/ajax-api/3.0",
                    "/get-artifact",
                    "/model-versions/get-artifact",
                    "/invocations",
                    "/endpoints",
                    "/gateway"),
            "application/json") {
        @Override
        public int status(ErrorCode code) {
            return code.mlflowStatus();
        }

        @Override
        public Map<String, Object> body(Problem problem) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("error_code", problem.code().mlflowCode());
            body.put("message", problem.detail());
            return body;
        }
    },

    /** Open Inference protocol: one sentence. */
    OPEN_INFERENCE(List.of("/v2"), "application/json") {
        @Override
        public int status(ErrorCode code) {
            return code.status();
        }

        @Override
        public Map<String, Object> body(Problem problem) {
            return Map.of("error", problem.detail());
        }
    };

    private final List<String> prefixes;
    private final String mediaType;

    ErrorDialect(List<String> prefixes, String mediaType) {
        this.prefixes = prefixes;
        this.mediaType = mediaType;
    }

    public abstract int status(ErrorCode code);

    public abstract Map<String, Object> body(Problem problem);

    public String mediaType() {
        return mediaType;
    }

    /** The dialect spoken under {@code path}. */
    public static ErrorDialect of(String path) {
        ErrorDialect best = PROBLEM;
        int length = 0;
        for (ErrorDialect dialect : values()) {
            for (String prefix : dialect.prefixes) {
                boolean matches = path.equals(prefix) || path.startsWith(prefix.endsWith("/") ? prefix : prefix + "/");
                if (matches && prefix.length() > length) {
                    best = dialect;
                    length = prefix.length();
                }
            }
        }
        return best;
    }
}
