package io.millrace.common.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

@ConfigMapping(prefix = "millrace")
interface AuthConfig {

    /** This service's own token for its calls to other services. */
    Optional<String> serviceToken();

    Auth auth();

    interface Auth {

        /** How often the valid tokens are read again; a revoked token works for at most this long. */
        @WithDefault("2s")
        String refreshEvery();
    }
}
