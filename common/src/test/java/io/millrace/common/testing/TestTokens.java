package io.millrace.common.testing;

import io.millrace.common.auth.Tokens;
import io.millrace.db.MigratorConfig.BootstrapToken;
import java.util.List;

/** Tokens that every test store knows. */
public final class TestTokens {

    public static final String ADMIN = "mlr_test-admin-0000000000000000000000000000000000";
    public static final String ENGINEER = "mlr_test-engineer-0000000000000000000000000000000";
    public static final String APPROVER = "mlr_test-approver-0000000000000000000000000000000";
    public static final String PREDICTOR = "mlr_test-predictor-000000000000000000000000000000";
    public static final String VIEWER = "mlr_test-viewer-000000000000000000000000000000000";

    /** What a service under test sends to others. */
    public static final String SERVICE = "mlr_test-service-00000000000000000000000000000000";

    private TestTokens() {}

    static List<BootstrapToken> all() {
        return List.of(
                token("test-admin", "admin", ADMIN),
                token("test-engineer", "engineer", ENGINEER),
                token("test-approver", "approver", APPROVER),
                token("test-predictor", "predictor", PREDICTOR),
                token("test-viewer", "viewer", VIEWER),
                token("test-service", "engineer", SERVICE));
    }

    private static BootstrapToken token(String name, String role, String text) {
        return new BootstrapToken(name, List.of(role), Tokens.hash(text));
    }
}
