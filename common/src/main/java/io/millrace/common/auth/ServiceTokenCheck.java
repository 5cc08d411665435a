package io.millrace.common.auth;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/** A service that has another one to call must have a token to call it with, else it fails hours later. */
@ApplicationScoped
class ServiceTokenCheck {

    private static final Pattern ADDRESS = Pattern.compile("millrace\\.[a-z]+[-.]url");

    private final ServiceIdentity identity;
    private final Config config;

    ServiceTokenCheck(ServiceIdentity identity, Config config) {
        this.identity = identity;
        this.config = config;
    }

    void start(@Observes @Priority(1) StartupEvent event) {
        if (LaunchMode.current() == LaunchMode.NORMAL) {
            check();
        }
    }

    /**
     * Refuses a configuration with calls and no token.
     *
     * @throws IllegalStateException says what to set
     */
    void check() {
        Optional<String> called = StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> ADDRESS.matcher(name).matches())
                .sorted()
                .findFirst();
        if (called.isPresent() && identity.authorization().isEmpty()) {
            throw new IllegalStateException("MILLRACE_SERVICE_TOKEN is not set, and this service calls another one ("
                    + called.get() + " is configured)");
        }
    }
}
