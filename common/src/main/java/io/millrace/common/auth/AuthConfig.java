package io.millrace.common.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;

@ConfigMapping(prefix = "millrace.auth")
interface AuthConfig {

    /** How often the valid tokens are read again; a revoked token works for at most this long. */
    @WithDefault("2s")
    String refreshEvery();

    /** Paths that need no token. A star at the end stands for any rest. */
    @WithDefault("/q/health,/q/health/*,/health,/ping,/version,/v2/health/*,/console,/console/*,/favicon.ico")
    List<String> publicPaths();
}
