package io.millrace.common.auth;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** This service's own token. Never logged. */
@ApplicationScoped
public class ServiceIdentity {

    private final AuthConfig config;

    ServiceIdentity(AuthConfig config) {
        this.config = config;
    }

    /** The value of the Authorization header of this service's calls; none if it was given no token. */
    public Optional<String> authorization() {
        return config.serviceToken().map(token -> "Bearer " + token);
    }
}
