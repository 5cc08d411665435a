package io.millrace.common.auth;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** This service's own token ({@code millrace.service-token}). Never logged. */
@ApplicationScoped
public class ServiceIdentity {

    private final Optional<String> token;

    ServiceIdentity(@ConfigProperty(name = "millrace.service-token") Optional<String> token) {
        this.token = token.filter(given -> !given.isBlank());
    }

    /** The value of the Authorization header of this service's calls; none if it was given no token. */
    public Optional<String> authorization() {
        return token.map(given -> "Bearer " + given);
    }
}
