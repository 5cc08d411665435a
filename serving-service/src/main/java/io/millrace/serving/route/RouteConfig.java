package io.millrace.serving.route;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** Refreshing of routes. */
@ConfigMapping(prefix = "millrace.serving.route")
interface RouteConfig {

    /** This service's own folder; the versions last served are kept in {@code routes.json} in it. */
    @WithDefault("${millrace.data-dir:.millrace/serving}")
    Path dataDir();

    /** How often routes are refreshed when no notification comes. */
    @WithDefault("1s")
    Duration every();

    /** How long the first load may keep this service from being ready. */
    @WithDefault("15s")
    Duration firstLoad();

    /** Name of this replica in {@code serving.loaded_model}. */
    @WithDefault("${quarkus.http.host:127.0.0.1}:${quarkus.http.port:8083}")
    String instance();
}
