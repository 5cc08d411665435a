package io.millrace.common.auth;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The five roles. A token carries some of them; each brings those it includes. */
public final class Roles {

    /** Reads everything but secrets. */
    public static final String VIEWER = "viewer";

    /** Asks for predictions and sends feedback. */
    public static final String PREDICTOR = "predictor";

    /** Logs, registers, runs pipelines, changes endpoints and monitors; views and predicts. */
    public static final String ENGINEER = "engineer";

    /** Decides on held runs and promotions; views. */
    public static final String APPROVER = "approver";

    /** All of these, and tokens. */
    public static final String ADMIN = "admin";

    public static final List<String> ALL = List.of(VIEWER, PREDICTOR, ENGINEER, APPROVER, ADMIN);

    private Roles() {}

    /** The given roles and all that they include; a word that is no role is left out. */
    static Set<String> expand(Iterable<String> given) {
        Set<String> roles = new LinkedHashSet<>();
        for (String role : given) {
            switch (role) {
                case ADMIN -> roles.addAll(ALL);
                case ENGINEER -> roles.addAll(List.of(ENGINEER, VIEWER, PREDICTOR));
                case APPROVER -> roles.addAll(List.of(APPROVER, VIEWER));
                case VIEWER -> roles.add(VIEWER);
                case PREDICTOR -> roles.add(PREDICTOR);
                default -> {
                    // A newer release may know more roles; an unknown one allows nothing here.
                }
            }
        }
        return roles;
    }
}
