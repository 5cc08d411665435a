package io.millrace.db;

import java.util.List;
import java.util.Map;

/**
 * Where to migrate, and with which secrets.
 *
 * @param url JDBC address of the database
 * @param user a role that may create roles and schemas
 * @param rolePasswords new password by service name (registry, pipeline, serving, monitoring); a missing one is left as it is
 * @param tokens access tokens to make sure of, by the hash of their text
 */
public record MigratorConfig(
        String url, String user, String password, Map<String, String> rolePasswords, List<BootstrapToken> tokens) {

    /** The services that have a login role, {@code millrace_<service>}. */
    public static final List<String> SERVICES = List.of("registry", "pipeline", "serving", "monitoring");

    public MigratorConfig {
        rolePasswords = Map.copyOf(rolePasswords);
        tokens = List.copyOf(tokens);
        for (String service : rolePasswords.keySet()) {
            if (!SERVICES.contains(service)) {
                throw new IllegalArgumentException("rolePasswords: no such service: " + service);
            }
        }
    }

    /** A token that exists before anyone could ask the registry for one. */
    public record BootstrapToken(String name, List<String> roles, String sha256) {

        public BootstrapToken {
            if (!sha256.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("sha256: must be 64 lower-case hex digits");
            }
            roles = List.copyOf(roles);
        }

        /** Reads {@code name role[,role] sha256}. */
        public static BootstrapToken parse(String line) {
            String[] parts = line.trim().split("\\s+");
            if (parts.length != 3) {
                throw new IllegalArgumentException("a token line is: name role[,role] sha256");
            }
            return new BootstrapToken(parts[0], List.of(parts[1].split(",")), parts[2]);
        }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "MigratorConfig[url=" + url + ", user=" + user + ", roles=" + rolePasswords.keySet() + ", tokens="
                + tokens.size() + "]";
    }
}
