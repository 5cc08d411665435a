package io.millrace.cli.platform;

import java.util.List;
import java.util.Locale;

/** The four services in the order in which they start. */
public enum ServiceName {
    REGISTRY(8081, List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"), "engineer,approver"),
    SERVING(8083, List.of("-Xmx256m"), "engineer"),
    PIPELINE(8082, List.of("-Xmx640m", "-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=25"), "engineer"),
    MONITORING(8084, List.of("-Xmx192m", "-XX:TieredStopAtLevel=1"), "engineer");

    private final int defaultPort;
    private final List<String> jvmFlags;
    private final String roles;

    ServiceName(int defaultPort, List<String> jvmFlags, String roles) {
        this.defaultPort = defaultPort;
        this.jvmFlags = jvmFlags;
        this.roles = roles;
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    int defaultPort() {
        return defaultPort;
    }

    /** Chosen so that the four fit in 1.5 GiB together; those without the last flag gain from the optimising compiler. Training fills the
     * heap of the pipelines for a moment only, so theirs shrinks again. */
    List<String> jvmFlags() {
        return jvmFlags;
    }

    /** Roles of the service's own token. */
    String roles() {
        return roles;
    }
}
