package io.millrace.cli.platform;

import io.millrace.embedded.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** The folder that holds everything a local platform keeps: store, artifacts, logs, process ids, secrets. */
public final class PlatformHome {

    private final Path folder;

    public PlatformHome(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    public Path folder() {
        return folder;
    }

    Path postgres() {
        return folder.resolve("postgres");
    }

    public Path log(String process) {
        return folder.resolve("logs").resolve(process + ".log");
    }

    Path data(ServiceName service) {
        return folder.resolve("data").resolve(service.wire());
    }

    Path pidFile(ServiceName service) {
        return folder.resolve("run").resolve(service.wire() + ".pid");
    }

    Path portsFile() {
        return folder.resolve("run").resolve("ports.properties");
    }

    void create() {
        try {
            OwnerOnly.createDirectories(folder);
            for (String name : new String[] {"logs", "run", "secrets", "data"}) {
                OwnerOnly.createDirectories(folder.resolve(name));
            }
        } catch (IOException e) {
            throw new PlatformException("The folder " + folder + " cannot be made: " + e.getMessage(), e);
        }
    }

    /** A secret by name, made at random the first time it is asked for and readable by its owner only. */
    String secret(String name) {
        Path file = folder.resolve("secrets").resolve(name);
        try {
            Optional<String> known = OwnerOnly.read(file);
            if (known.isPresent()) {
                return known.get();
            }
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            String secret = "mlr_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
            OwnerOnly.write(file, secret);
            return secret;
        } catch (IOException e) {
            throw new PlatformException("The secret " + file + " cannot be read or made: " + e.getMessage(), e);
        }
    }

    /** The administrator's token. */
    public String adminToken() {
        return secret("admin.token");
    }

    /** Whether a platform was ever started here. */
    public boolean exists() {
        return Files.isDirectory(folder.resolve("secrets"));
    }

    static String sha256(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The last lines of a process's log. */
    public String tail(String process, int lines) {
        try {
            var all = Files.readAllLines(log(process));
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
