package io.millrace.common.event;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Name of the schema that this service writes. It becomes part of statements, so its form is checked first. */
@ApplicationScoped
public class Schema {

    private static final Pattern NAME = Pattern.compile("[a-z]{1,30}");

    private final String name;

    Schema(@ConfigProperty(name = "millrace.schema") String name) {
        this.name = checked(name);
    }

    public String name() {
        return name;
    }

    /** The name itself, if it has the form of one. */
    static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not the name of a schema: " + name);
        }
        return name;
    }

    /** Replaces {@code {schema}} in a statement. */
    public String in(String statement) {
        return statement.replace("{schema}", name);
    }
}
