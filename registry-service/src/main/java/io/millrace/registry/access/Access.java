package io.millrace.registry.access;

import io.millrace.common.auth.Roles;
import io.millrace.common.auth.TokenGroups;
import io.millrace.registry.search.Condition;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the caller of the current request may see and change, as conditions for SQL. Each has at most one argument, a text.
 * Administrators, the platform's services and jobs see everything.
 */
@ApplicationScoped
public class Access {

    private static final Condition ALL = new Condition("true", List.of());

    private final SecurityIdentity caller;
    private final AccessConfig config;

    public Access(SecurityIdentity caller, AccessConfig config) {
        this.caller = caller;
        this.config = config;
    }

    /** Whether grants bind the caller at all. */
    public boolean bound() {
        ArcContainer container = Arc.container();
        return container != null
                && container.requestContext().isActive()
                && !caller.isAnonymous()
                && !caller.hasRole(Roles.ADMIN)
                && !config.services().contains(caller.getPrincipal().getName());
    }

    /** True of a column with an experiment's id when the caller has a level on it. */
    public Condition experiments(String column, Level level) {
        return of(column, "registry.experiment_grant", "experiment_id", level);
    }

    /** True of a column with a model's name when the caller has a level on it. */
    public Condition models(String column, Level level) {
        return of(column, "registry.model_grant", "model", level);
    }

    /** The things with grants but none for the caller are few; the planner reads them once for a statement. */
    private Condition of(String column, String table, String key, Level level) {
        if (!bound()) {
            return ALL;
        }
        return new Condition("""
                %1$s not in (select g.%2$s from %3$s g group by g.%2$s
                             having not bool_or(g.subject = any (?::text[]) and g.level in %4$s))
                """.formatted(column, key, table, level.orAbove()), List.of(subjects()));
    }

    /** The caller's subjects as the text of an SQL array. */
    private String subjects() {
        return Stream.concat(
                        Stream.of("user:" + caller.getPrincipal().getName()),
                        TokenGroups.of(caller).stream().map(group -> "group:" + group))
                .map(subject -> "\"" + subject.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Whether a subject of a grant is the caller. */
    public boolean isCaller(String subject) {
        return subject.equals("user:" + caller.getPrincipal().getName())
                || (subject.startsWith("group:")
                        && TokenGroups.of(caller).contains(subject.substring("group:".length())));
    }

    /** The name of the caller's token. */
    public String name() {
        return caller.getPrincipal().getName();
    }
}
