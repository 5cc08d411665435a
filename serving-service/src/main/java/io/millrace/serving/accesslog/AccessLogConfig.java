package io.millrace.serving.accesslog;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;

/** The access log. */
@ConfigMapping(prefix = "millrace.serving.access-log")
public interface AccessLogConfig {

    /** Share of requests that are written, 0..1; those answered 500 and above always are when it is not 0. */
    @WithDefault("0")
    @DecimalMin("0")
    @DecimalMax("1")
    double sample();
}
