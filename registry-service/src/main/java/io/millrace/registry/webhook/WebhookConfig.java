package io.millrace.registry.webhook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

@ConfigMapping(prefix = "millrace.registry.webhook")
interface WebhookConfig {

    /** Whether deliveries may go to loopback, private, link-local and other addresses that are not on the public internet. */
    @WithDefault("false")
    boolean allowPrivateAddresses();

    /** Whether deliveries may go unencrypted. */
    @WithDefault("false")
    boolean allowHttp();

    /** Longest time of one attempt, from the lookup of the name to the end of the answer. */
    @WithDefault("10s")
    Duration timeout();

    /** Attempts before a delivery is given up. */
    @WithDefault("12")
    @Min(1)
    @Max(50)
    int maxAttempts();

    /** Wait after the first failed attempt; doubles with each one, up to {@link #maxDelay}, less up to half at random. */
    @WithDefault("5s")
    Duration delay();

    @WithDefault("1h")
    Duration maxDelay();

    /** Webhooks that are served at the same time. */
    @WithDefault("8")
    @Min(1)
    @Max(100)
    int workers();

    /** How often it is looked for what is due. */
    @WithDefault("1s")
    Duration every();

    /** How long deliveries are kept in the log. */
    @WithDefault("30d")
    Duration retention();

    /** Webhooks an installation may have: every event is compared with each. */
    @WithDefault("200")
    @Min(1)
    int maxWebhooks();
}
