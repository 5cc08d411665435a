package io.millrace.embedded;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** The systems whose PostgreSQL a build can bring; one of the module's Maven profiles adds that of the building machine. */
enum SupportedSystem {
    LINUX_AMD64("postgres-linux-x86_64.txz"),
    LINUX_ARM64("postgres-linux-arm_64.txz"),
    MACOS_AMD64("postgres-darwin-x86_64.txz"),
    MACOS_ARM64("postgres-darwin-arm_64.txz"),
    WINDOWS_AMD64("postgres-windows-x86_64.txz");

    private static final String OTHERWISE =
            "Linux and macOS on x86-64 or arm64 and Windows on x86-64 have one. Elsewhere start the services on a PostgreSQL "
                    + "of your own: see docs/deployment.md.";

    /** The archive in the class path. */
    private final String archive;

    SupportedSystem(String archive) {
        this.archive = archive;
    }

    /** @param os,arch as the system properties {@code os.name} and {@code os.arch} tell them */
    static Optional<SupportedSystem> of(String os, String arch) {
        String system = os.toLowerCase(Locale.ROOT);
        boolean amd64 = arch.equals("amd64") || arch.equals("x86_64");
        boolean arm64 = arch.equals("aarch64") || arch.equals("arm64");
        if (!amd64 && !arm64) {
            return Optional.empty();
        }
        if (system.startsWith("linux")) {
            return Optional.of(amd64 ? LINUX_AMD64 : LINUX_ARM64);
        }
        if (system.startsWith("mac")) {
            return Optional.of(amd64 ? MACOS_AMD64 : MACOS_ARM64);
        }
        return system.startsWith("windows") && amd64 ? Optional.of(WINDOWS_AMD64) : Optional.empty();
    }

    String archive() {
        return archive;
    }

    /** @throws IOException in words for a person when this build has no PostgreSQL for this machine */
    static void check() throws IOException {
        String os = System.getProperty("os.name", "");
        String arch = System.getProperty("os.arch", "");
        Optional<SupportedSystem> system = of(os, arch);
        if (system.isEmpty()) {
            throw new IOException("There is no embedded PostgreSQL for " + os + " on " + arch + ". " + OTHERWISE);
        }
        if (SupportedSystem.class.getResource("/" + system.get().archive()) == null) {
            throw new IOException("This build holds no PostgreSQL for " + os + " on " + arch
                    + ": it was made on another system. Build it here.");
        }
    }
}
