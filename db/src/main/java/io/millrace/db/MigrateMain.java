package io.millrace.db;

import io.millrace.db.MigratorConfig.BootstrapToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Migrates and exits. Everything comes from the environment: {@code MILLRACE_DB_URL}, {@code MILLRACE_DB_USER},
 * {@code MILLRACE_DB_PASSWORD} of a role that may create roles; {@code MILLRACE_DB_PASSWORD_REGISTRY} and so on for the
 * services' login roles; {@code MILLRACE_BOOTSTRAP_TOKENS_FILE} with one {@code name role[,role] sha256} a line.
 */
public final class MigrateMain {

    private MigrateMain() {}

    public static void main(String[] args) {
        try {
            int applied = Migrator.migrate(config(System.getenv()));
            System.out.println("migrations applied: " + applied);
        } catch (IllegalArgumentException | IOException | SQLException e) {
            System.err.println("migration failed: " + e.getMessage());
            System.exit(1);
        }
    }

    static MigratorConfig config(Map<String, String> environment) throws IOException {
        Map<String, String> passwords = new HashMap<>();
        for (String service : MigratorConfig.SERVICES) {
            String password = environment.get("MILLRACE_DB_PASSWORD_" + service.toUpperCase(Locale.ROOT));
            if (password != null) {
                passwords.put(service, password);
            }
        }
        return new MigratorConfig(
                required(environment, "MILLRACE_DB_URL"),
                required(environment, "MILLRACE_DB_USER"),
                required(environment, "MILLRACE_DB_PASSWORD"),
                passwords,
                tokens(environment.get("MILLRACE_BOOTSTRAP_TOKENS_FILE")));
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }

    private static List<BootstrapToken> tokens(@Nullable String file) throws IOException {
        if (file == null) {
            return List.of();
        }
        return Files.readAllLines(Path.of(file), StandardCharsets.UTF_8).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(BootstrapToken::parse)
                .toList();
    }
}
